//! Room in `bytearray` and `array.array` that grow item by item. Mirrors `PyByteArray_Resize` and `array_resize`.

use super::Layout;

impl Layout {
    /// A `bytearray` made at once from n bytes, or `bytearray(n)`.
    pub fn bytearray_size(&self, n: u64) -> u64 {
        let f = self.features();
        if n == 0 {
            f.bytearray_empty
        } else {
            f.bytearray_header + n
        }
    }

    /// A `bytearray` that was empty and then grew by n appends.
    pub fn bytearray_appended_size(&self, n: u64) -> u64 {
        let f = self.features();
        if n == 0 {
            return f.bytearray_empty;
        }
        // A terminating zero belongs to the bytes, or to the `bytes` object that they lie in.
        let zero = u64::from(f.bytearray_header == f.bytearray_empty + 1);
        let mut room = 0;
        while n + zero > room {
            // The first length for which there is no room.
            let len = room + 1 - zero.min(room);
            let a_little_more = len * 8 <= room * 9;
            room = if a_little_more {
                len + (len >> 3) + if len < 9 { 3 } else { 6 }
            } else {
                len + zero
            };
        }
        f.bytearray_header - zero + room
    }

    /// An `array.array` made at once from n items of so many bytes.
    pub fn array_size(&self, n: u64, item_bytes: u64) -> u64 {
        self.features().array_header + n * item_bytes
    }

    /// An `array.array` that was empty and then grew by n appends.
    pub fn array_appended_size(&self, n: u64, item_bytes: u64) -> u64 {
        let mut room = 0;
        while room < n {
            let len = room + 1;
            room = (len >> 4) + if room < 8 { 3 } else { 7 } + len;
        }
        self.array_size(room, item_bytes)
    }
}
