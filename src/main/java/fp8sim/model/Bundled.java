package fp8sim.model;

import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFields;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The models and dataset descriptions that are packed with fp8sim. */
public final class Bundled {
  /** Names of the models, for {@code --model}; each has a card. */
  public static final List<String> MODELS =
      List.of(
          "fashion-resnet",
          "fashion-mobilenet_v2",
          "fashion-vit",
          "austen-lm",
          "austen-classifier");

  /**
   * Names of the datasets, for {@code --data}; {@code fashion-mnist} and those of {@code austen}
   * come with their data.
   */
  public static final List<String> DATASETS =
      List.of(
          "fashion-mnist",
          "austen-next",
          "austen-novels",
          "mnist",
          "cifar10",
          "cifar10-files",
          "imagenet",
          "imagenet-like",
          "kws",
          "kws-rest");

  public static final String DATA_FOLDER = "/data-loaders/";
  private static final String CARD_FOLDER = DATA_FOLDER + "cards/";
  private static final String MODEL_FOLDER = "/models/";

  private Bundled() {}

  /**
   * The bytes of a bundled model's ONNX file.
   *
   * @throws Fp8simException if there is no such model
   */
  public static byte[] model(String name) {
    return bytes(MODEL_FOLDER + known(name) + ".onnx");
  }

  /** The card of a bundled model. */
  public static ModelCard card(String name) {
    return ModelCard.of(json(MODEL_FOLDER + known(name) + ".json", name + ".json"));
  }

  /** The card in {@code data-loaders/cards} of a model file with this name; null if none is. */
  public static @Nullable ModelCard cardByName(Path model) {
    String file = ModelCard.stem(model) + ".json";
    String resource = CARD_FOLDER + file;
    boolean plain = file.matches("[A-Za-z0-9._-]+");
    return plain && Bundled.class.getResource(resource) != null
        ? ModelCard.of(json(resource, file))
        : null;
  }

  public static JsonFields description(String dataset) {
    return json(DATA_FOLDER + dataset + ".json", dataset + ".json");
  }

  private static String known(String model) {
    if (!MODELS.contains(model)) {
      throw Fp8simException.input(
          "no model \"%s\": name an ONNX file or one of %s"
              .formatted(model, String.join(", ", MODELS)));
    }
    return model;
  }

  private static JsonFields json(String resource, String file) {
    return JsonFields.parse(file, new String(bytes(resource), StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = Bundled.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
