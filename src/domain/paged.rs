//! A sparse vector in pages that are copied on write: cloning costs one pointer for hundreds of elements, a write copies
//! one page and the list of pages around it.

use std::sync::Arc;

const PAGE: usize = 16;
/// Pages that are shared as one.
const SHEET: usize = 32;

type Page<T> = [Option<T>; PAGE];
type Sheet<T> = [Option<Arc<Page<T>>>; SHEET];

/// The vector.
#[derive(Clone, Debug)]
pub struct Paged<T> {
    sheets: Vec<Option<Arc<Sheet<T>>>>,
}

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Paged { sheets: Vec::new() }
    }
}

fn place(index: usize) -> (usize, usize, usize) {
    (index / (PAGE * SHEET), index / PAGE % SHEET, index % PAGE)
}

impl<T: Clone> Paged<T> {
    /// The element, if there is one.
    pub fn get(&self, index: usize) -> Option<&T> {
        let (sheet, page, slot) = place(index);
        self.sheets.get(sheet)?.as_ref()?[page].as_ref()?[slot].as_ref()
    }

    /// The element, to change it.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.get(index)?;
        let (sheet, page, slot) = place(index);
        let sheet = Arc::make_mut(self.sheets[sheet].as_mut()?);
        Arc::make_mut(sheet[page].as_mut()?)[slot].as_mut()
    }

    /// Puts an element there; the one that was there comes back.
    pub fn insert(&mut self, index: usize, value: T) -> Option<T> {
        let (sheet, page, slot) = place(index);
        if self.sheets.len() <= sheet {
            self.sheets.resize(sheet + 1, None);
        }
        let sheet =
            self.sheets[sheet].get_or_insert_with(|| Arc::new(std::array::from_fn(|_| None)));
        let page = Arc::make_mut(sheet)[page]
            .get_or_insert_with(|| Arc::new(std::array::from_fn(|_| None)));
        Arc::make_mut(page)[slot].replace(value)
    }

    /// Takes the element away.
    pub fn remove(&mut self, index: usize) -> Option<T> {
        self.get(index)?;
        let (at, page, slot) = place(index);
        let sheet = Arc::make_mut(self.sheets[at].as_mut()?);
        let elements = Arc::make_mut(sheet[page].as_mut()?);
        let taken = elements[slot].take();
        if elements.iter().all(Option::is_none) {
            sheet[page] = None;
            if sheet.iter().all(Option::is_none) {
                self.sheets[at] = None;
            }
        }
        taken
    }

    /// All elements with their indices, in order.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &T)> + '_ {
        self.pages().flat_map(|(at, page)| {
            page.iter()
                .enumerate()
                .filter_map(move |(slot, value)| Some((at * PAGE + slot, value.as_ref()?)))
        })
    }

    fn pages(&self) -> impl Iterator<Item = (usize, &Page<T>)> + '_ {
        self.sheets
            .iter()
            .enumerate()
            .filter_map(|(at, sheet)| Some((at, sheet.as_ref()?)))
            .flat_map(|(at, sheet)| {
                sheet
                    .iter()
                    .enumerate()
                    .filter_map(move |(page, it)| Some((at * SHEET + page, &**it.as_ref()?)))
            })
    }

    /// Indices in use on pages that are not one and the same in both vectors.
    pub fn differing(&self, other: &Self) -> Vec<usize> {
        let mut out = Vec::new();
        for at in 0..self.sheets.len().max(other.sheets.len()) {
            let (mine, others) = (sheet(self, at), sheet(other, at));
            match (mine, others) {
                (None, None) => continue,
                (Some(a), Some(b)) if Arc::ptr_eq(a, b) => continue,
                _ => {}
            }
            for page in 0..SHEET {
                let mine = mine.and_then(|sheet| sheet[page].as_ref());
                let others = others.and_then(|sheet| sheet[page].as_ref());
                match (mine, others) {
                    (None, None) => continue,
                    (Some(a), Some(b)) if Arc::ptr_eq(a, b) => continue,
                    _ => {}
                }
                let used = |page: Option<&Arc<Page<T>>>, slot: usize| {
                    page.is_some_and(|page| page[slot].is_some())
                };
                let first = (at * SHEET + page) * PAGE;
                out.extend(
                    (0..PAGE)
                        .filter(|slot| used(mine, *slot) || used(others, *slot))
                        .map(|slot| first + slot),
                );
            }
        }
        out
    }
}

fn sheet<T>(of: &Paged<T>, at: usize) -> Option<&Arc<Sheet<T>>> {
    of.sheets.get(at).and_then(Option::as_ref)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_there_and_copies_are_apart() {
        let mut a = Paged::default();
        for index in [0, 15, 16, 511, 512, 5_000] {
            assert_eq!(a.insert(index, index), None);
        }
        let mut b = a.clone();
        assert!(a.differing(&b).is_empty());
        assert_eq!(b.remove(511), Some(511));
        assert_eq!(b.insert(16, 7), Some(16));
        *b.get_mut(5_000).expect("it was put there") += 1;
        assert_eq!(a.get(511), Some(&511));
        assert_eq!(b.get(511), None);
        assert_eq!(a.differing(&b), [16, 511, 5_000]);
        let all: Vec<usize> = b.iter().map(|(index, _)| index).collect();
        assert_eq!(all, [0, 15, 16, 512, 5_000]);
        assert_eq!(b.remove(4_000), None);
    }
}
