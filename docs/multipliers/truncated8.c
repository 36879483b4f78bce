/* An array multiplier without the partial products of its six lowest columns. */
#include <stdint.h>

#define BITS 8
#define OMITTED 6

uint16_t truncated8(uint8_t a, uint8_t b) {
  uint16_t sum = 0;
  for (int i = 0; i < BITS; i++) {
    for (int j = 0; j < BITS; j++) {
      if (i + j >= OMITTED) {
        sum += (a >> i & b >> j & 1) << (i + j);
      }
    }
  }
  return sum;
}
