package fp8sim.multiplier.user.c;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type of integers, as gcc has them on 64-bit Linux: {@code char} is signed, {@code long} has 64
 * bits. Values are kept in a {@code long}, extended by sign or zeros; signed arithmetic wraps.
 *
 * @param bits 1 (of {@code _Bool}), 8, 16, 32 or 64
 */
record CType(int bits, boolean signed) {
  static final CType BOOL = new CType(1, false);
  static final CType INT = new CType(32, true);
  static final CType UNSIGNED = new CType(32, false);
  static final CType LONG = new CType(64, true);
  static final CType UNSIGNED_LONG = new CType(64, false);

  private static final Pattern FIXED =
      Pattern.compile("(u?)int(?:(_least|_fast)?(8|16|32|64)|max|ptr)_t");

  /** The type that words of a declaration name; empty if they name none. */
  static Optional<CType> of(List<String> words) {
    if (words.size() == 1) {
      Optional<CType> single = ofWord(words.getFirst());
      if (single.isPresent()) {
        return single;
      }
    }
    List<String> rest = new ArrayList<>(words);
    boolean unsigned = rest.remove("unsigned");
    boolean signed = rest.remove("signed");
    if (words.isEmpty() || (unsigned && signed)) {
      return Optional.empty();
    }
    boolean isPlainChar = rest.equals(List.of("char"));
    if (!isPlainChar && rest.size() > 1) {
      rest.remove("int");
    }
    return width(rest).map(bits -> new CType(bits, !unsigned));
  }

  private static Optional<CType> ofWord(String word) {
    Matcher fixed = FIXED.matcher(word);
    if (fixed.matches()) {
      // The fast types of 16 and 32 bits are long on 64-bit Linux.
      boolean isWide =
          fixed.group(3) == null || ("_fast".equals(fixed.group(2)) && !fixed.group(3).equals("8"));
      int bits = isWide ? Long.SIZE : Integer.parseInt(fixed.group(3));
      return Optional.of(new CType(bits, fixed.group(1).isEmpty()));
    }
    return switch (word) {
      case "_Bool", "bool" -> Optional.of(BOOL);
      case "size_t" -> Optional.of(UNSIGNED_LONG);
      default -> Optional.empty();
    };
  }

  private static Optional<Integer> width(List<String> words) {
    if (words.isEmpty() || words.equals(List.of("int"))) {
      return Optional.of(Integer.SIZE);
    }
    if (words.size() <= 2 && Collections.frequency(words, "long") == words.size()) {
      return Optional.of(Long.SIZE);
    }
    return switch (words.size() == 1 ? words.getFirst() : "") {
      case "char" -> Optional.of(Byte.SIZE);
      case "short" -> Optional.of(Short.SIZE);
      default -> Optional.empty();
    };
  }

  /** The type that arithmetic has of a value of this type alone. */
  CType promoted() {
    return bits < Integer.SIZE ? INT : this;
  }

  /** The type in which C adds a value of this type and one of another. */
  CType with(CType other) {
    CType a = promoted();
    CType b = other.promoted();
    if (a.bits != b.bits) {
      return a.bits > b.bits ? a : b;
    }
    return a.signed ? b : a;
  }

  /** A number as a value of this type. */
  long of(long number) {
    if (bits == 1) {
      return number == 0 ? 0 : 1;
    }
    int unused = Long.SIZE - bits;
    return signed ? number << unused >> unused : number << unused >>> unused;
  }
}
