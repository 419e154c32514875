//! Choices made by the input.

use arbitrary::Unstructured;

/// Makes choices out of bytes; when they are used up, always the first one.
pub struct Choices<'a>(Unstructured<'a>);

impl<'a> Choices<'a> {
    pub fn new(bytes: &'a [u8]) -> Choices<'a> {
        Choices(Unstructured::new(bytes))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A number below `count`; 0 where that is 0.
    pub fn below(&mut self, count: usize) -> usize {
        match count.checked_sub(1) {
            Some(last) => self.0.int_in_range(0..=last).unwrap_or(0),
            None => 0,
        }
    }

    /// True once in `count` times, and never when the bytes are used up.
    pub fn rarely(&mut self, count: usize) -> bool {
        self.below(count) + 1 == count
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Some text that nobody thought of.
    pub fn text(&mut self) -> String {
        let length = self.below(12);
        let chars = (0..length).map(|_| self.0.arbitrary::<char>().unwrap_or('x'));
        chars.collect()
    }
}
