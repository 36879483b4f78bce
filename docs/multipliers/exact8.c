/* The exact product of two unsigned 8-bit integers, by shifts and additions. */
#include <stdint.h>

#define BITS 8

uint16_t exact8(uint8_t a, uint8_t b) {
  uint16_t sum = 0;
  for (int i = 0; i < BITS; i++) {
    if (b >> i & 1) {
      sum += a << i;
    }
  }
  return sum;
}
