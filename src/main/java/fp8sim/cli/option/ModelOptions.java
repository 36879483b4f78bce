package fp8sim.cli.option;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Models;
import fp8sim.model.Model;
import fp8sim.run.NamedDataset;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The model to work on. */
public final class ModelOptions {
  public static final CliOption MODEL =
      CliOption.value("model", "M", "a bundled model's name, or an ONNX file").mandatory();
  public static final CliOption CARD =
      CliOption.value("card", "FILE", "the model's card (default: NAME.json beside NAME.onnx)");

  public static final OptionSection SECTION = OptionSection.of("Model", MODEL, CARD);

  private ModelOptions() {}

  /** Reads the model and notes its file as an input of the result, and that of its card. */
  public static Model open(Invocation invocation) {
    Model model = read(invocation.arguments());
    model.files().forEach(invocation.result()::addInput);
    return model;
  }

  /** Reads the model. */
  public static Model read(Arguments arguments) {
    Model model =
        Models.open(arguments.get(MODEL.name()), arguments.findPath(CARD.name()).orElse(null));
    refuseOverwriting(arguments, model);
    return model;
  }

  /** A result in the place of the model or its card would make later runs wrong. */
  private static void refuseOverwriting(Arguments arguments, Model model) {
    for (CliOption option : arguments.declared().values()) {
      boolean written = option.role() == CliOption.Role.OUTPUT_FILE;
      Path file = written ? arguments.findPath(option.name()).orElse(null) : null;
      if (file != null) {
        refuseOverwriting("--" + option.name(), file, model);
      }
    }
  }

  /**
   * Fails if a file for output is the model's or its card's.
   *
   * @param owner what names the file, for the message
   */
  public static void refuseOverwriting(String owner, Path file, Model model) {
    if (isSame(file, model.file()) || isSame(file, model.cardFile())) {
      throw Fp8simException.usage(
          "%s %s: is the model or its card, which this would replace".formatted(owner, file));
    }
  }

  /** The dataset that the model's card names; null if there is none. */
  public static @Nullable NamedDataset cardDataset(Model model) {
    String name = model.card() == null ? null : model.card().dataset();
    return name == null ? null : NamedDataset.load(name, null);
  }

  private static boolean isSame(Path file, @Nullable Path other) {
    return other != null
        && file.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
  }
}
