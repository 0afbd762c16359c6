# bytes, bytearray, memoryview, and bits.
data = b"hello"
print(data[0], data[1:3], len(data), data + b"!", data * 2)

text = data.decode("ascii")
back = text.encode("ascii")
print(text, back == data, back is data)

buffer = bytearray(data)
buffer[0] = ord("J")
buffer.append(33)
buffer.extend(b"??")
alias = buffer
alias += b"."
print(buffer, alias is buffer, len(buffer))

frozen = bytes(buffer)
buffer.clear()
print(frozen, buffer)

zeros = bytes(4)
numbers = bytes([1, 2, 255])
mutable = bytearray(3)
mutable[1] = 7
print(zeros, list(numbers), list(mutable))

view = memoryview(mutable)
view[0] = 9
part = view[1:]
print(mutable[0], len(part), part[0], part.obj is mutable)
view.release()
part.release()

hexed = numbers.hex()
parsed = bytes.fromhex(hexed)
print(hexed, parsed == numbers)

value = int.from_bytes(b"\x01\x00", "big")
packed = value.to_bytes(2, "little")
print(value, packed)

accents = "naïve"
utf8 = accents.encode("utf-8")
latin = accents.encode("latin-1")
print(len(utf8), len(latin), utf8.decode() == latin.decode("latin-1"))

try:
    utf8.decode("ascii")
except UnicodeDecodeError as error:
    print("bad byte at", error.start)
ignored = utf8.decode("ascii", errors="ignore")
print(ignored)

parts = b"a,b,c".split(b",")
joined = b"-".join(parts)
print(parts, joined, joined.replace(b"-", b""), joined.upper())


def checksum(payload, start=0):
    total = start
    for byte in payload:
        total = (total * 31 + byte) % 65521
    return total


def xor(payload, key):
    return bytes(byte ^ key[index % len(key)] for index, byte in enumerate(payload))


def bits(number, width=8):
    return [number >> shift & 1 for shift in range(width - 1, -1, -1)]


first = checksum(data)
second = checksum(b"", first)
secret = xor(b"attack at dawn", b"key")
plain = xor(secret, b"key")
pattern = bits(0b1010)
wide = bits(300, width=10)
print(first == second, plain, pattern, wide)
flags = 0
for bit in (0, 2, 5):
    flags |= 1 << bit
print(bin(flags), flags & 4 != 0, flags ^ 1, ~flags & 0xFF, flags.bit_length())
