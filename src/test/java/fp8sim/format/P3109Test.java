package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class P3109Test {
  /** 3 to 8 bits: each precision below K signed, each up to K unsigned, extended and finite. */
  private static final int FORMATS = 120;

  static Stream<FloatFormat> all() {
    return IntStream.rangeClosed(P3109.MIN_BITS, P3109.MAX_BITS)
        .boxed()
        .flatMap(bits -> P3109.all(bits).stream());
  }

  /**
   * The value tables that the working group published (github.com/P3109/Public, Value
   * Tables/Hexadecimal, commit 26df0d0): SHA-256 of the values in the order of codes, as
   * little-endian float64 with NaN as 0x7ff8000000000000.
   */
  private static Map<String, String> publishedTables() throws IOException {
    Map<String, String> hashes = new LinkedHashMap<>();
    try (InputStream file = P3109Test.class.getResourceAsStream("/p3109/value-tables.txt")) {
      assertThat(file).isNotNull();
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      text.lines().map(line -> line.split(" ")).forEach(part -> hashes.put(part[0], part[1]));
    }
    return hashes;
  }

  @Test
  void everyCodeHasThePublishedValue() throws IOException, NoSuchAlgorithmException {
    Map<String, String> published = publishedTables();
    assertThat(published).hasSize(FORMATS);
    assertThat(all().map(FloatFormat::name))
        .containsExactlyInAnyOrderElementsOf(published.keySet());
    for (FloatFormat format : all().toList()) {
      ByteBuffer values = ByteBuffer.allocate(format.codeCount() * Double.BYTES);
      values.order(ByteOrder.LITTLE_ENDIAN);
      for (int code = 0; code < format.codeCount(); code++) {
        values.putDouble(format.decode(code, format.standardBias()));
      }
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(values.array());
      assertThat(HexFormat.of().formatHex(hash))
          .as(format.name())
          .isEqualTo(published.get(format.name()));
    }
  }

  /** The decoding of the interim report, written down once more. */
  @ParameterizedTest
  @MethodSource("all")
  void everyCodeFollowsTheReport(FloatFormat format) {
    int k = format.name().charAt("binary".length()) - '0';
    int p = format.name().charAt("binaryKp".length()) - '0';
    boolean signed = format.name().charAt("binaryKpP".length()) == 's';
    boolean extended = format.name().endsWith("e");
    int bias = signed ? 1 << (k - p - 1) : 1 << (k - p);
    int nan = signed ? 1 << (k - 1) : (1 << k) - 1;
    int infinity = nan - 1;
    for (int code = 0; code < 1 << k; code++) {
      boolean negative = signed && code > nan;
      int magnitude = negative ? code - nan : code;
      int e = magnitude >> (p - 1);
      double t = (magnitude & ((1 << (p - 1)) - 1)) / (double) (1 << (p - 1));
      double value = e == 0 ? Math.scalb(t, 1 - bias) : Math.scalb(1 + t, e - bias);
      if (code == nan) {
        value = Double.NaN;
      } else if (extended && magnitude == infinity) {
        value = Double.POSITIVE_INFINITY;
      }
      assertThat(Double.valueOf(format.decode(code, format.standardBias())))
          .as("%s code %d", format.name(), code)
          .isEqualTo(Double.valueOf(negative ? -value : value));
    }
  }

  @Test
  void specialNumbersHaveTheirCodes() {
    FloatFormat extended = P3109.parse("binary8p3se").orElseThrow();
    ConversionMode ieee = ConversionMode.DEFAULT.with(Overflow.IEEE);
    assertThat(extended.encode(Double.NaN, 16, ieee)).isEqualTo(0x80);
    assertThat(extended.encode(Double.POSITIVE_INFINITY, 16, ieee)).isEqualTo(0x7F);
    assertThat(extended.encode(Double.NEGATIVE_INFINITY, 16, ieee)).isEqualTo(0xFF);
    assertThat(extended.encode(1e9, 16, ieee)).isEqualTo(0x7F);
    assertThat(extended.encode(-1e9, 16, ConversionMode.DEFAULT)).isEqualTo(0xFE);
    assertThat(extended.encode(-0.0, 16, ieee)).isZero();
    assertThat(extended.maxFinite(16)).isEqualTo(49152);
    FloatFormat unsigned = P3109.parse("binary8p3ue").orElseThrow();
    assertThat(unsigned.encode(Double.NaN, 32, ieee)).isEqualTo(0xFF);
    assertThat(unsigned.encode(Double.POSITIVE_INFINITY, 32, ieee)).isEqualTo(0xFE);
    assertThat(unsigned.encode(-1, 32, ConversionMode.DEFAULT)).isZero();
    FloatFormat finite = P3109.parse("binary8p4sf").orElseThrow();
    for (int code = 0; code < finite.codeCount(); code++) {
      assertThat(Double.valueOf(finite.decode(code, 8)))
          .isEqualTo(Double.valueOf(Formats.E4M3FNUZ.decode(code, 8)));
    }
  }

  @Test
  void powersOfTwoTieToTheEvenCode() {
    FloatFormat format = P3109.parse("binary8p1se").orElseThrow();
    int one = format.encode(1, 64, ConversionMode.DEFAULT);
    assertThat(one).isEqualTo(64);
    assertThat(format.encode(1.5, 64, ConversionMode.DEFAULT)).isEqualTo(64);
    assertThat(format.encode(3, 64, ConversionMode.DEFAULT)).isEqualTo(66);
    FloatQuantizer quantizer =
        Quantizers.minifloat(format, 1, BiasPolicy.REAL, ScaleMode.NONE, ConversionMode.DEFAULT);
    for (float x : List.of(1.5f, 3f, 6f, 0.75f, -1.5f, -3f)) {
      assertThat(quantizer.decode(quantizer.encode(x))).isEqualTo(quantizer.apply(x));
    }
    assertThat(Rounder.suits(quantizer)).isFalse();
  }
}
