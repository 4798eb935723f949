//! Entry of the WASM module.
