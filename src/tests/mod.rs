//! Tests of the whole server: TestApp with verbs, one file per behaviour.
