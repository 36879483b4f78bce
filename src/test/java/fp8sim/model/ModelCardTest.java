package fp8sim.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardTest {
  static List<String> bundled() {
    return Bundled.MODELS;
  }

  @ParameterizedTest
  @MethodSource("bundled")
  void bundledModelsHaveCards(String name) {
    ModelCard card = Bundled.card(name);
    assertThat(card.model()).isEqualTo(name + ".onnx");
    assertThat(Bundled.DATASETS).contains(card.dataset());
    assertThat(card.output()).isEqualTo(ModelCard.Output.LOGITS);
    boolean readsImages = card.dataset().equals("fashion-mnist");
    assertThat(card.float32().get("top1")).isBetween(readsImages ? 0.85 : 0.6, 0.95);
    assertThat(card.preprocess() != null).isEqualTo(readsImages);
    assertThat(Bundled.model(name)).hasSizeGreaterThan(100_000);
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("data-loaders/cards"))) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void cardsForOtherModelsAreValid(Path file) {
    ModelCard card = ModelCard.load(file);
    assertThat(file).hasFileName(card.model().replace(".onnx", ".json"));
    assertThat(Bundled.DATASETS).contains(card.dataset());
    assertThat(card.float32()).containsKeys("top1", "images");
  }

  @Test
  void theCardLiesBesideTheModel(@TempDir Path folder) throws IOException {
    Path card = ModelCard.fileBeside(folder.resolve("net.v2.onnx"));
    assertThat(card).isEqualTo(folder.resolve("net.v2.json"));
    assertThat(ModelCard.isCard(card)).isFalse();
    String text = "{\"schema\": 1, \"model\": \"net.v2.onnx\", \"output\": \"probabilities\"}";
    Files.writeString(card, text);
    assertThat(ModelCard.isCard(card)).isTrue();
    assertThat(ModelCard.load(card))
        .isEqualTo(
            new ModelCard(
                "net.v2.onnx",
                null,
                null,
                ModelCard.Output.PROBABILITIES,
                null,
                Map.of(),
                JsonFile.parse("", text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"schema\": 1, \"command\": \"inspect\", \"layers\": []}",
        "{\"schema\": 1, \"command\": \"eval\", \"model\": \"net.onnx\"}",
        "{\"schema\": 1, \"model\": \"0af3\", \"quantizers\": {}}",
        "{\"model\": \"net.onnx\", \"format\": \"e4m3\"}",
        "{\"schema\": 1, \"name\": \"grid\", \"axes\": {}}",
        "[1, 2]",
        "{",
        ""
      })
  void otherFilesAreNoCards(String text, @TempDir Path folder) throws IOException {
    assertThat(ModelCard.isCard(Files.writeString(folder.resolve("net.json"), text))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"imagenet-mobilenet_v2.onnx", "x/imagenet-mobilenet_v2.quantized", "net.onnx"})
  void cardsThatComeWithTheProgramAreFoundByName(Path model) {
    ModelCard card = Bundled.cardByName(model);
    boolean known = ModelCard.stem(model).equals("imagenet-mobilenet_v2");
    assertThat(card == null ? null : card.labelOffset()).isEqualTo(known ? (Integer) 1 : null);
  }

  @Test
  void badCardsNameFileAndKey(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("m.json");
    Files.writeString(file, "{\"schema\": 1, \"model\": \"m.onnx\", \"output\": \"scores\"}");
    assertThatThrownBy(() -> ModelCard.load(file))
        .isInstanceOf(Fp8simException.class)
        .hasMessage(file + ": \"output\" is \"scores\"; known are logits, probabilities");
    assertThatThrownBy(() -> Bundled.model("resnet"))
        .hasMessageStartingWith("no model \"resnet\": name an ONNX file or one of fashion-resnet");
  }
}
