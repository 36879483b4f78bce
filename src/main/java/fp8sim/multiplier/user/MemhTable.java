package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongToDoubleFunction;

/**
 * Reads the files of Verilog's {@code $writememh} and {@code $readmemh}: hexadecimal words, the
 * product of codes a and b at address {@code a << bitsB | b}; {@code @address} goes on elsewhere.
 */
final class MemhTable {
  private static final int MAX_DIGITS = 8;
  private static final int MAX_ENTRIES = 1 << (2 * TableFile.MAX_BITS);
  private static final int FIRST_CAPACITY = 1 << 16;

  private final Path file;
  private double[] words;
  private int used;
  private int line = 1;
  private int address;
  private int longest;

  private MemhTable(Path file) {
    this.file = file;
    this.words = unknown(FIRST_CAPACITY);
  }

  private static double[] unknown(int length) {
    double[] array = new double[length];
    Arrays.fill(array, Double.NaN);
    return array;
  }

  /**
   * Reads a file.
   *
   * @param signed whether words are two's complement: of as many bits as both operands have
   *     together or, if a word has more digits than those need, of four for each digit of it
   */
  static TableFile read(Path file, boolean signed, TableSides sides) throws IOException {
    MemhTable table = new MemhTable(file);
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      table.read(reader);
    }
    return table.finished(signed, sides);
  }

  private void read(Reader reader) throws IOException {
    StringBuilder word = new StringBuilder();
    int next = reader.read();
    while (next >= 0) {
      if (next == '/') {
        take(word);
        next = afterComment(reader);
        continue;
      }
      if (Character.isWhitespace(next)) {
        take(word);
        line += next == '\n' ? 1 : 0;
      } else if (word.length() > 2 * MAX_DIGITS) {
        throw bad("'" + word + "...' is too long a word");
      } else {
        word.append((char) next);
      }
      next = reader.read();
    }
    take(word);
  }

  /** Skips a comment whose first slash was read; returns what follows, -1 at the end. */
  private int afterComment(Reader reader) throws IOException {
    int kind = reader.read();
    if (kind == '/') {
      int next = reader.read();
      while (next >= 0 && next != '\n') {
        next = reader.read();
      }
      return next;
    }
    if (kind != '*') {
      throw bad("'/' starts no comment");
    }
    int before = reader.read();
    for (int next = reader.read(); next >= 0; next = reader.read()) {
      line += before == '\n' ? 1 : 0;
      if (before == '*' && next == '/') {
        return reader.read();
      }
      before = next;
    }
    throw bad("a comment does not end");
  }

  private void take(StringBuilder text) {
    if (text.isEmpty()) {
      return;
    }
    boolean isAddress = text.charAt(0) == '@';
    long value = 0;
    int digits = 0;
    for (int i = isAddress ? 1 : 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character != '_') {
        value = value << 4 | digit(character, text);
        digits++;
      }
    }
    if (digits == 0 || digits > MAX_DIGITS) {
      throw bad("'" + text + "' is no hexadecimal word of at most 32 bits");
    }
    if (isAddress) {
      if (value >= MAX_ENTRIES) {
        throw bad("address " + text + " is beyond 12 x 12 bits");
      }
      address = (int) value;
    } else {
      put(value);
      longest = Math.max(longest, digits);
    }
    text.setLength(0);
  }

  private int digit(char character, CharSequence text) {
    int digit = Character.digit(character, 16);
    if (digit >= 0 && character < 0x80) {
      return digit;
    }
    throw "xXzZ?".indexOf(character) >= 0
        ? bad("'" + text + "' is not known (x or z): the test bench did not drive it")
        : bad("'" + text + "' is no hexadecimal word of at most 32 bits");
  }

  private void put(long value) {
    if (address >= MAX_ENTRIES) {
      throw bad("more words than 12 x 12 bits have");
    }
    if (address >= words.length) {
      int length = Integer.highestOneBit(address) << 1;
      TableFile.requireHeap(file, length);
      double[] longer = unknown(length);
      System.arraycopy(words, 0, longer, 0, words.length);
      words = longer;
    }
    if (!Double.isNaN(words[address])) {
      throw bad("address %x has a word already".formatted(address));
    }
    words[address++] = value;
    used = Math.max(used, address);
  }

  private TableFile finished(boolean signed, TableSides sides) {
    TableSides found =
        sides
            .of(used)
            .orElseThrow(
                () ->
                    TableFile.bad(
                        file, "has %d words, expected %s".formatted(used, sides.expected(1))));
    int bitsA = found.bitsA().getAsInt();
    int bitsW = found.bitsB().getAsInt();
    TableFile table =
        new TableFile(
            1 << bitsA, 1 << bitsW, words.length == used ? words : Arrays.copyOf(words, used));
    double[] entries = table.entries();
    LongToDoubleFunction product = signed ? signs(bitsA + bitsW) : word -> word;
    for (int i = 0; i < entries.length; i++) {
      if (Double.isNaN(entries[i])) {
        throw table.missing(file, i, signed);
      }
      entries[i] = product.applyAsDouble((long) entries[i]);
    }
    return table;
  }

  private LongToDoubleFunction signs(int productBits) {
    boolean isLonger = longest > (productBits + 3) / 4;
    int bits = isLonger ? 4 * longest : productBits;
    int unused = Long.SIZE - bits;
    return word -> word << unused >> unused;
  }

  private Fp8simException bad(String message) {
    return TableFile.bad(file, "line " + line + ": " + message);
  }
}
