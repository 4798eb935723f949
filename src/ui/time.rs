//! Times and days in words.
