package fp8sim.data;

import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFields;
import fp8sim.common.UserPath;
import fp8sim.data.source.DataPart;
import fp8sim.data.source.DataRoot;
import fp8sim.data.source.ImageFolder;
import fp8sim.data.source.Layout;
import fp8sim.data.source.RecordFormat;
import fp8sim.data.source.SampleSource;
import fp8sim.data.source.SourceOpener;
import fp8sim.data.source.TokenFormat;
import fp8sim.image.Preprocess;
import fp8sim.image.PreprocessReader;
import fp8sim.model.Bundled;
import fp8sim.model.ModelCard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a dataset's JSON file says (schema 1): layout, files, number of classes, preprocessing and
 * which part calibrates. Reading one checks only the description; {@link #open} looks at the data.
 */
public final class DatasetDescription {
  private static final int SCHEMA = 1;
  private static final int MAX_CLASSES = 1 << 24;

  private final String name;
  private final DataRoot root;
  private final Layout layout;
  private final ImageFolder.ClassOrder classOrder;
  private final RecordFormat record;
  private final @Nullable TokenFormat tokens;
  private final Classes classes;
  private final Preprocess preprocess;
  private final DataPart data;
  private final @Nullable DataPart calibration;

  private DatasetDescription(JsonFields fields, DataRoot root) {
    fields.checkSchema(SCHEMA);
    this.root = root;
    name = fields.string("name");
    layout = fields.oneOf("layout", List.of(Layout.values()), Layout::spelling);
    classOrder = classOrder(fields, layout);
    record = record(fields, layout);
    tokens = TokenFormat.read(fields, layout);
    classes =
        new Classes(
            fields.integer("classes", 1, MAX_CLASSES, 0),
            fields.integer("labelOffset", -MAX_CLASSES, MAX_CLASSES, 0),
            fields.has("labelOffset"));
    if (layout == Layout.TOKENS && fields.has("preprocess")) {
      throw fields.fail("preprocess", "does not belong to layout \"tokens\"");
    }
    preprocess = PreprocessReader.read(fields, "preprocess");
    data = DataPart.read(fields, layout, null);
    calibration = fields.has("calibration") ? calibration(fields, layout, data) : null;
    fields.stringOrNull("source");
    fields.stringOrNull("licence");
    fields.finish();
  }

  private static ImageFolder.ClassOrder classOrder(JsonFields fields, Layout layout) {
    if (!belongs(fields, layout, "classOrder")) {
      return ImageFolder.ClassOrder.NAME;
    }
    return fields.oneOf(
        "classOrder", List.of(ImageFolder.ClassOrder.values()), ImageFolder.ClassOrder::spelling);
  }

  private static RecordFormat record(JsonFields fields, Layout layout) {
    belongs(fields, layout, "record");
    return layout == Layout.RECORDS
        ? RecordFormat.read(fields.object("record"))
        : RecordFormat.CIFAR;
  }

  private static boolean belongs(JsonFields fields, Layout layout, String key) {
    if (fields.has(key) && !layout.has(key)) {
      throw fields.fail(key, "does not belong to layout \"" + layout.spelling() + "\"");
    }
    return fields.has(key);
  }

  private static DataPart calibration(JsonFields fields, Layout layout, DataPart data) {
    JsonFields inner = fields.object("calibration");
    DataPart part = DataPart.read(inner, layout, data);
    inner.finish();
    return part;
  }

  /**
   * Reads a description.
   *
   * @param nameOrFile a bundled dataset's name, or a JSON file
   * @param dataRoot where relative paths start, or null for the description's own folder
   * @throws Fp8simException if there is no such description, or it is not as the schema says
   */
  public static DatasetDescription load(String nameOrFile, @Nullable Path dataRoot) {
    Path file = UserPath.of("dataset", nameOrFile);
    if (nameOrFile.endsWith(".json") || Files.isRegularFile(file)) {
      Path folder = dataRoot == null ? file.toAbsolutePath().getParent() : dataRoot;
      return new DatasetDescription(
          JsonFields.read(file), new DataRoot.Folder(folder == null ? file : folder));
    }
    if (!Bundled.DATASETS.contains(nameOrFile)) {
      throw Fp8simException.input(
          "no dataset \"%s\": name a JSON file or one of %s"
              .formatted(nameOrFile, String.join(", ", Bundled.DATASETS)));
    }
    DataRoot root =
        dataRoot == null ? new DataRoot.Packed(Bundled.DATA_FOLDER) : new DataRoot.Folder(dataRoot);
    return new DatasetDescription(Bundled.description(nameOrFile), root);
  }

  public String name() {
    return name;
  }

  /** The number of classes, or 0 if the description does not say. */
  public int classes() {
    return classes.count();
  }

  /** Whether the description names data for calibration. */
  public boolean hasCalibration() {
    return calibration != null;
  }

  /**
   * The data to evaluate on.
   *
   * @param card the model's card, whose preprocessing and label offset replace the description's
   * @throws Fp8simException if files are missing or damaged, or labels are not classes; images are
   *     looked at only when they are read
   */
  public Dataset open(@Nullable ModelCard card) {
    return open(data, name, card);
  }

  /** The data to calibrate on: the calibration part, or all data where there is none. */
  public Dataset openCalibration(@Nullable ModelCard card) {
    return calibration == null ? open(card) : open(calibration, name + " (calibration)", card);
  }

  /**
   * The files that {@link #open} reads whole: arrays, records and lists, not the images of a
   * folder; empty for bundled data. They identify the data together with the description.
   */
  public List<Path> files() {
    return opener().files(data);
  }

  private SourceOpener opener() {
    return new SourceOpener(root, layout, classOrder, record, tokens, classes.count());
  }

  private Dataset open(DataPart part, String partName, @Nullable ModelCard card) {
    SampleSource source = opener().open(part);
    Preprocess steps = preprocess;
    Classes labels = classes;
    if (card != null) {
      steps = card.preprocess() == null ? preprocess : card.preprocess();
      Integer offset = card.labelOffset();
      labels = offset == null ? classes : new Classes(classes.count(), offset, true);
    }
    return Dataset.of(partName, source, steps, labels).range(part.range());
  }
}
