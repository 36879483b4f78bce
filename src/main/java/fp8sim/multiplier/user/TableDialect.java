package fp8sim.multiplier.user;

import fp8sim.common.OptionNames;
import fp8sim.common.UserOption;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How a file lists the products of all pairs of operands. */
public enum TableDialect {
  UINT16LE(
      "little-endian 16-bit entries, 2 * 4^n bytes: product of a and b at index a * 2^n + b"
          + " (TFApprox)"),
  INT32LE(
      "little-endian 32-bit entries, 4 * 4^n bytes, the same order; negative operands follow the"
          + " others (0..127, -128..-1)"),
  C_INT16("a C header with an array of 4^n numbers between braces, the same order (AdaPT)"),
  MEMH(
      "hexadecimal words of Verilog's $writememh and $readmemh, product of a and b at address a *"
          + " 2^n + b; @address, _, // and /* */ are understood, x and z refused"),
  TEXT(
      "lines 'a b product', separated by blanks, commas or semicolons, in any order; a heading,"
          + " # comments and 0x numbers are allowed"),
  MATRIX(
      "text of one line for each a with the products of all b (CSV too), with or without a heading"
          + " and a first column of operands"),
  APPROXTORCH(
      "the same with operands in ascending order (-128..127 or 0..255), as ApproxTorch reads it"),
  MANTISSA(
      "4^m bytes, entry of fractions x and y at index x * 2^m + y: bit 7 the carry into the"
          + " exponent, the low m bits the fraction of the product (ApproxTrain)"),
  MANTISSA16(
      "the same in little-endian 16-bit (or 32-bit) entries: bit m the carry, the low m bits the"
          + " fraction; NAME.manifest.json beside NAME.bin says shape and size of entries, and is"
          + " checked"),
  MANTISSA32(
      "4 * 4^m bytes, fractions in little-endian 32-bit entries: bit 31 the carry, the m bits from"
          + " bit 22 down the fraction (older ApproxTrain)"),
  NPY(
      "a NumPy matrix of integers or of floating-point numbers; what 'multiplier "
          + UserOption.TABLE
          + "' writes is float32 values by code");

  private final String layout;

  TableDialect(String layout) {
    this.layout = layout;
  }

  /** One sentence for help. */
  public String layout() {
    return layout;
  }

  /** Whether entries are products of fractions, not of whole operands. */
  boolean isOfMantissas() {
    return this == MANTISSA || this == MANTISSA16 || this == MANTISSA32;
  }

  /** Whether a file is text, which can hold comments. */
  boolean isText() {
    return switch (this) {
      case C_INT16, MEMH, TEXT, MATRIX, APPROXTORCH -> true;
      case UINT16LE, INT32LE, MANTISSA, MANTISSA16, MANTISSA32, NPY -> false;
    };
  }

  /** All names, for messages: {@code uint16le|int32le|...}. */
  static String names() {
    return Arrays.stream(values()).map(OptionNames::of).collect(Collectors.joining("|"));
  }
}
