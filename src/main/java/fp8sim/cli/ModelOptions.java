package fp8sim.cli;

import fp8sim.eval.LoadedModel;

/** The model to work on. */
final class ModelOptions {
  static final CliOption MODEL =
      CliOption.value("model", "M", "a bundled model's name, or an ONNX file").mandatory();
  static final CliOption CARD =
      CliOption.value("card", "FILE", "the model's card (default: NAME.json beside NAME.onnx)");

  static final OptionSection SECTION = OptionSection.of("Model", MODEL, CARD);

  private ModelOptions() {}

  /** Reads the model and notes its file as an input of the result. */
  static LoadedModel open(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    LoadedModel model =
        LoadedModel.open(arguments.get(MODEL.name()), arguments.findPath(CARD.name()).orElse(null));
    if (model.file() != null) {
      invocation.result().addInput(model.file());
    }
    return model;
  }
}
