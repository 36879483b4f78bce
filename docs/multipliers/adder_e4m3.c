/*
 * FP8 E4M3 (OCP) by adding codes: exponents add up exactly, and fractions as logarithms do. A table
 * of the mean errors, for the two leading bits of each fraction, is added. Codes in, code out.
 */
#include <stdint.h>

#define SIGN 0x80
#define LARGEST 0x7E
#define ONE 0x38 /* bias 7, three fraction bits */

static const int compensation[4][4] = {{0, 0, 0, 0}, {0, 1, 1, 0}, {0, 1, 0, 0}, {0, 0, 0, 0}};

uint8_t adder_e4m3(uint8_t a, uint8_t b) {
  uint8_t sign = (a ^ b) & SIGN;
  int x = a & ~SIGN & 0xFF;
  int y = b & ~SIGN & 0xFF;
  int sum = x + y - ONE + compensation[x >> 1 & 3][y >> 1 & 3];
  if (x == 0 || y == 0 || sum < 0) {
    return sign;
  }
  return sign | (sum > LARGEST ? LARGEST : sum);
}
