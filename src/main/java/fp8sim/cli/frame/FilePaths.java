package fp8sim.cli.frame;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import fp8sim.common.OutputFile;
import fp8sim.common.UserPath;
import fp8sim.experiment.PlanFile;
import fp8sim.format.Formats;
import fp8sim.model.Bundled;
import fp8sim.multiplier.measure.CodeDistribution;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.numerics.LayerKey;
import fp8sim.numerics.LayerText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Relative paths among the options that a file holds: they start at the file's folder, those of the
 * command line at the working folder. What an option's value is, its placeholder says.
 */
public final class FilePaths {
  private static final Pattern PATH = Pattern.compile("DIR(\\.\\.\\.)?|FILE(\\.\\w+)?|\\w\\.npy");
  private static final String NAMED_FILE = "[NAME=]FILE";
  private static final String MODEL = "M";
  private static final String DATASET = "D";
  private static final String MULTIPLIER = "P";
  private static final String MULTIPLIERS = "P...";

  /** The placeholder of a distribution of codes. */
  public static final String DISTRIBUTION = "uniform|...";

  /** A distribution of codes that a layer of a model has: its kind, the model, the layer. */
  public static final Pattern LAYER_OF_MODEL = Pattern.compile("(weights|inputs)-of:([^:]+):(.+)");

  private static final String FORMAT = "F";
  static final String LAYER = "PATTERN:key=value,...";
  static final String CANDIDATE = "key=value,...";
  private static final String PLAN = "PLAN.json";

  /** Makes a layer's exception of a candidate. */
  private static final String ANY = "x:";

  private final UnaryOperator<Path> other;

  private FilePaths(UnaryOperator<Path> other) {
    this.other = other;
  }

  /** Paths of a file that is read, from the working folder. */
  public static FilePaths from(Path file) {
    Path folder = file.getParent();
    return new FilePaths(
        path -> folder == null || path.isAbsolute() ? path : folder.resolve(path).normalize());
  }

  /** Paths from the working folder, for a file that is written. */
  static FilePaths to(Path file) {
    Path working = Path.of("").toAbsolutePath().normalize();
    Path parent = file.toAbsolutePath().normalize().getParent();
    Path folder = parent == null ? working : parent;
    return new FilePaths(
        path ->
            folder.equals(working) || path.isAbsolute()
                ? path
                : folder.relativize(working.resolve(path).normalize()));
  }

  /**
   * The values of options, with other paths.
   *
   * @param operands placeholder of what stands besides the options
   */
  public Map<String, List<String>> values(
      Map<String, List<String>> values, Map<String, CliOption> declared, String operands) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    values.forEach(
        (name, texts) -> {
          CliOption option = declared.get(name);
          String argument = option == null ? operands : option.argument();
          all.put(name, texts.stream().map(text -> value(argument, text)).toList());
        });
    return all;
  }

  /** A value of an option in a file, with other paths. */
  public JsonElement json(CliOption option, JsonElement value) {
    if (value instanceof JsonArray array) {
      JsonArray all = new JsonArray();
      array.forEach(element -> all.add(json(option, element)));
      return all;
    }
    boolean isText = value instanceof JsonPrimitive primitive && primitive.isString();
    return isText ? new JsonPrimitive(value(option.argument(), value.getAsString())) : value;
  }

  private String distribution(String text) {
    Matcher place = LAYER_OF_MODEL.matcher(text);
    if (place.matches()) {
      return "%s-of:%s:%s".formatted(place.group(1), value(MODEL, place.group(2)), place.group(3));
    }
    return text.equals(CodeDistribution.UNIFORM) ? text : path(text);
  }

  private String value(@Nullable String argument, String text) {
    if (argument == null) {
      return text;
    }
    return switch (argument) {
      case MODEL -> Bundled.MODELS.contains(text) ? bundled(text) : path(text);
      case DATASET -> Bundled.DATASETS.contains(text) ? bundled(text) : path(text);
      case NAMED_FILE -> input(text);
      case DISTRIBUTION -> distribution(text);
      case MULTIPLIER, MULTIPLIERS -> Multipliers.withFiles(text, this::path);
      case FORMAT -> Formats.withFile(text, this::path);
      case LAYER -> layer(text);
      case CANDIDATE -> layer(ANY + text).substring(ANY.length());
      case PLAN -> PlanFile.BUNDLED.contains(text) ? bundled(text) : path(text);
      default -> PATH.matcher(argument).matches() ? path(text) : text;
    };
  }

  /** A bundled name, unless a file has it. */
  private String bundled(String name) {
    String path = path(name);
    return UserPath.find(path).filter(Files::isRegularFile).isPresent() ? path : name;
  }

  private String input(String text) {
    int equals = text.indexOf('=');
    return equals <= 0 || UserPath.find(path(text)).filter(Files::exists).isPresent()
        ? path(text)
        : text.substring(0, equals + 1) + path(text.substring(equals + 1));
  }

  private String layer(String text) {
    return LayerText.parse(text)
        .map(LayerKey.MULTIPLIER, multiplier -> Multipliers.withFiles(multiplier, this::path))
        .map(LayerKey.FORMAT, format -> Formats.withFile(format, this::path))
        .map(LayerKey.WEIGHTS, format -> Formats.withFile(format, this::path))
        .map(LayerKey.ACTIVATIONS, format -> Formats.withFile(format, this::path))
        .text();
  }

  private String path(String text) {
    // What is no path is refused where it is used; standard output is none.
    return text.equals(OutputFile.STANDARD_OUTPUT.toString())
        ? text
        : UserPath.find(text).map(other).map(Path::toString).orElse(text);
  }
}
