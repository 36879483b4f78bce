/*
 * The rows of an array multiplier, added by an adder whose carries do not pass from bit 7 to bit 8.
 */
#include <stdint.h>

static uint16_t add(uint16_t x, uint16_t y) {
  uint16_t low = (x & 0xFF) + (y & 0xFF);
  uint16_t high = (x >> 8) + (y >> 8);
  return (uint16_t)(high << 8 | (low & 0xFF));
}

uint16_t broken_carry8(uint8_t a, uint8_t b) {
  uint16_t sum = 0;
  for (int i = 0; i < 8; i++) {
    sum = add(sum, b >> i & 1 ? a << i : 0);
  }
  return sum;
}
