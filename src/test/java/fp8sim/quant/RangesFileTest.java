package fp8sim.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangesFileTest {
  @TempDir Path folder;

  @Test
  void readsBackToTheSameBits() {
    Random random = new Random(11);
    Map<QuantizerId, CalibratedRange> quantizers = new LinkedHashMap<>();
    for (int i = 0; i < 1000; i++) {
      float limit = Float.intBitsToFloat(random.nextInt(0x7E000000));
      ValueRange range = ValueRange.of(-limit * random.nextFloat(), limit);
      quantizers.put(
          new QuantizerId("q\"" + i, QuantizerRole.WEIGHT),
          new CalibratedRange(QuantizerKind.WEIGHT, List.of(range), List.of(i - 500)));
    }
    RangesFile written = new RangesFile("00ff", Ranges.of(quantizers));
    Path file = folder.resolve("ranges.json");
    written.write(file);
    assertThat(RangesFile.read(file)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"schema\": 2, \"model\": \"\", \"quantizers\": {}}",
        "{\"schema\": 1, \"model\": \"\", \"quantizers\": {}, \"extra\": 1}",
        "{\"schema\": 1, \"model\": 5, \"quantizers\": {}}",
        "{\"schema\": 1, \"model\": \"\", \"quantizers\": {\"q\": {\"kind\": \"bias\","
            + " \"min\": [0], \"max\": [1], \"maxval\": [1], \"bias\": []}}}",
        "{\"schema\": 1, \"model\": \"\", \"quantizers\": {\"q\": {\"kind\": \"weight\","
            + " \"min\": [0], \"max\": [1, 2], \"maxval\": [1], \"bias\": []}}}",
        "{\"schema\": 1, \"model\": \"\", \"quantizers\": {\"q\": {\"kind\": \"weight\","
            + " \"min\": [3], \"max\": [1], \"maxval\": [1], \"bias\": []}}}",
      })
  void otherFilesAreRefusedInOneLine(String text) throws IOException {
    Path file = folder.resolve("ranges.json");
    Files.writeString(file, text);
    assertThatThrownBy(() -> RangesFile.read(file))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageNotContaining("\n");
  }
}
