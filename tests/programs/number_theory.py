"""Primes, divisors, digits, big numbers, bits."""


def sieve(limit):
    flags = [True] * (limit + 1)
    flags[0] = flags[1] = False
    number = 2
    while number * number <= limit:
        if flags[number]:
            for multiple in range(number * number, limit + 1, number):
                flags[multiple] = False
        number += 1
    return [number for number, flag in enumerate(flags) if flag]


def factorize(number):
    factors = []
    divisor = 2
    while number > 1:
        while number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        divisor += 1
        if divisor * divisor > number > 1:
            factors.append(number)
            break
    return factors


def digits(number, base=10):
    if number == 0:
        return [0]
    result = []
    while number:
        number, digit = divmod(number, base)
        result.append(digit)
    return result[::-1]


def is_perfect(number):
    return number == sum(divisor for divisor in range(1, number) if number % divisor == 0)


def modular_power(base, exponent, modulus):
    result = 1
    while exponent:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def collatz(number):
    steps = [number]
    while number != 1:
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        steps.append(number)
    return steps


def roman(number):
    text = ""
    for value, letters in [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        while number >= value:
            text += letters
            number -= value
    return text


primes = sieve(30)
few = sieve(2)
factors = factorize(360)
prime = factorize(97)
one = factorize(1)
decimal = digits(1984)
binary = digits(10, 2)
zero = digits(0)
perfect = [number for number in range(2, 30) if is_perfect(number)]
power = modular_power(3, 200, 13)
same = power == pow(3, 200, 13)
steps = collatz(6)
numerals = [roman(number) for number in (1, 4, 9, 14, 29)]
huge = 2 ** 200
bigger = huge + 1
back = bigger - 1
equal = back == huge
bits = huge.bit_length()
text = str(huge)
negative = -huge
small = huge >> 195
floats = [0.1 + 0.2, 1e300 * 10, float(small)]
rounded = round(floats[0], 2)
mixed = 7 // 2, -7 // 2, 7 % -3, 2 ** -1, 5 / 2
flags = 0b1010
flags |= 0b0101
flags &= ~0b0001
flags ^= 0xFF
whole = complex(1, 2) * 1j
print(primes, few, factors, prime, one, decimal, binary, zero, perfect, power, same, steps, numerals)
print(equal, bits, len(text), negative < 0, small, rounded, mixed, flags, whole)
