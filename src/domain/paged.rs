//! A sparse vector in pages that are copied on write: cloning costs one pointer a page, a write copies one page.

use std::sync::Arc;

const PAGE: usize = 16;

type Page<T> = [Option<T>; PAGE];

/// The vector.
#[derive(Clone, Debug)]
pub struct Paged<T> {
    pages: Vec<Option<Arc<Page<T>>>>,
}

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Paged { pages: Vec::new() }
    }
}

impl<T: Clone> Paged<T> {
    /// The element, if there is one.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.pages.get(index / PAGE)?.as_ref()?[index % PAGE].as_ref()
    }

    /// The element, to change it.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let page = self.pages.get_mut(index / PAGE)?.as_mut()?;
        page[index % PAGE].as_ref()?;
        Arc::make_mut(page)[index % PAGE].as_mut()
    }

    /// Puts an element there; the one that was there comes back.
    pub fn insert(&mut self, index: usize, value: T) -> Option<T> {
        if self.pages.len() <= index / PAGE {
            self.pages.resize(index / PAGE + 1, None);
        }
        let page =
            self.pages[index / PAGE].get_or_insert_with(|| Arc::new(std::array::from_fn(|_| None)));
        Arc::make_mut(page)[index % PAGE].replace(value)
    }

    /// Takes the element away.
    pub fn remove(&mut self, index: usize) -> Option<T> {
        let page = self.pages.get_mut(index / PAGE)?.as_mut()?;
        page[index % PAGE].as_ref()?;
        let taken = Arc::make_mut(page)[index % PAGE].take();
        if page.iter().all(Option::is_none) {
            self.pages[index / PAGE] = None;
        }
        taken
    }

    /// All elements with their indices, in order.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &T)> + '_ {
        self.pages
            .iter()
            .enumerate()
            .filter_map(|(at, page)| Some((at, page.as_ref()?)))
            .flat_map(|(at, page)| {
                page.iter()
                    .enumerate()
                    .filter_map(move |(slot, value)| Some((at * PAGE + slot, value.as_ref()?)))
            })
    }

    /// Indices in use on pages that are not one and the same in both vectors.
    pub fn differing(&self, other: &Self) -> Vec<usize> {
        let mut out = Vec::new();
        for at in 0..self.pages.len().max(other.pages.len()) {
            let (mine, others) = (self.page(at), other.page(at));
            match (mine, others) {
                (None, None) => continue,
                (Some(a), Some(b)) if Arc::ptr_eq(a, b) => continue,
                _ => {}
            }
            for slot in 0..PAGE {
                let used =
                    |page: Option<&Arc<Page<T>>>| page.is_some_and(|page| page[slot].is_some());
                if used(mine) || used(others) {
                    out.push(at * PAGE + slot);
                }
            }
        }
        out
    }

    fn page(&self, at: usize) -> Option<&Arc<Page<T>>> {
        self.pages.get(at).and_then(Option::as_ref)
    }
}
