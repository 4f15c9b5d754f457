//! Counts files as `weir tokens --speed` does, with toktok-rs and bpe-openai: a line of JSON for each counter and file.
//!   rivals o200k_base FILE…
use std::{env, fs, mem};

const CHUNK_CHARACTERS: usize = 4000;
const WARM_PASSES: usize = 5;
const CLOCK_THREAD_CPUTIME_ID: i32 = 3;

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}
extern "C" {
    fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
}

/// Processor time of this thread.
fn thread_seconds() -> f64 {
    unsafe {
        let mut now: Timespec = mem::zeroed();
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &mut now);
        now.seconds as f64 + now.nanoseconds as f64 * 1e-9
    }
}

fn chunks(text: &str) -> Vec<&str> {
    let (mut all, mut begin, mut characters) = (vec![], 0, 0);
    for (at, _) in text.char_indices() {
        if characters == CHUNK_CHARACTERS {
            all.push(&text[begin..at]);
            (begin, characters) = (at, 0);
        }
        characters += 1;
    }
    all.push(&text[begin..]);
    all
}

fn measure(name: &str, file: &str, text: &str, count: impl Fn(&str) -> usize) {
    let chunks = chunks(text);
    let (mut first, mut best, mut tokens) = (0.0, 0.0f64, 0);
    for pass in 0..=WARM_PASSES {
        let begun = thread_seconds();
        tokens = chunks.iter().map(|chunk| count(chunk)).sum();
        let rate = text.len() as f64 / (thread_seconds() - begun) / 1e6;
        if pass == 0 {
            first = rate;
        } else {
            best = best.max(rate);
        }
    }
    println!("{{\"counter\":\"{name}\",\"file\":\"{file}\",\"tokens\":{tokens},\"first_mb_per_second\":{first:.1},\"best_mb_per_second\":{best:.1}}}");
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let encoding = arguments[1].as_str();
    let bpe = if encoding == "cl100k_base" { bpe_openai::cl100k_base() } else { bpe_openai::o200k_base() };
    for file in &arguments[2..] {
        let text = fs::read_to_string(file).expect("a file of UTF-8");
        // A tokenizer of its own for each file: a first pass is one.
        let toktok = toktok::Tokenizer::builtin(encoding).expect("an encoding it knows");
        measure("toktok-rs", file, &text, |chunk| toktok.count(chunk.as_bytes()));
        measure("bpe-openai", file, &text, |chunk| bpe.count(chunk));
    }
}
