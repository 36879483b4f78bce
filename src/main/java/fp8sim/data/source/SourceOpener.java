package fp8sim.data.source;

import fp8sim.data.source.ImageFolder.ClassOrder;
import fp8sim.npy.Npy;
import fp8sim.npy.Npz;
import fp8sim.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens the files of a dataset's part. */
public record SourceOpener(
    DataRoot root,
    Layout layout,
    ClassOrder classOrder,
    RecordFormat record,
    @Nullable TokenFormat tokens,
    int classes) {

  public SampleSource open(DataPart part) {
    String images = Objects.requireNonNullElse(part.images().get(SampleSource.ONLY_INPUT), "");
    return switch (layout) {
      case IMAGE_FOLDER -> ImageFolder.list(root.path(images), classOrder, classes);
      case LABELS_CSV -> LabelsCsv.list(root.path(labels(part)), root.path(images));
      case CIFAR_BINARY, RECORDS -> Records.map(root.path(images), record);
      case IDX -> idx(images, part.labels());
      case NPY -> npy(part);
      case NPZ -> npz(part, Objects.requireNonNull(part.file()));
      case TOKENS -> new TokenFile(root, part).read(Objects.requireNonNull(tokens));
    };
  }

  /** The part's files that are data or lists, not folders; none if they are packed. */
  public List<Path> files(DataPart part) {
    if (!(root instanceof DataRoot.Folder)) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    if (layout == Layout.NPZ || layout == Layout.TOKENS) {
      names.add(Objects.requireNonNull(part.file()));
    } else {
      names.addAll(part.images().values());
      if (part.labels() != null) {
        names.add(part.labels());
      }
    }
    return names.stream().map(root::path).filter(Files::isRegularFile).toList();
  }

  private static String labels(DataPart part) {
    return Objects.requireNonNull(part.labels());
  }

  private SampleSource idx(String images, @Nullable String labels) {
    Tensor array = IdxFile.read(root, images);
    int[] classOf =
        labels == null ? null : Npy.labels(IdxFile.read(root, labels), root.describe(labels));
    return new ArraySource(
        root.describe(images), List.of(SampleSource.ONLY_INPUT), List.of(array), classOf);
  }

  private SampleSource npy(DataPart part) {
    List<Tensor> arrays = new ArrayList<>();
    for (String file : part.images().values()) {
      arrays.add(Npy.read(root.path(file)));
    }
    String labels = part.labels();
    int[] classOf =
        labels == null ? null : Npy.labels(Npy.read(root.path(labels)), root.describe(labels));
    return arrays(describe(part.images()), part, arrays, classOf);
  }

  private SampleSource npz(DataPart part, String file) {
    List<Tensor> arrays = new ArrayList<>();
    for (String array : part.images().values()) {
      arrays.add(Npz.read(root.path(file), array));
    }
    String labels = part.labels();
    int[] classOf =
        labels == null ? null : Npy.labels(Npz.read(root.path(file), labels), root.describe(file));
    return arrays(root.describe(file), part, arrays, classOf);
  }

  private String describe(Map<String, String> files) {
    return root.describe(files.values().iterator().next());
  }

  private static SampleSource arrays(
      String name, DataPart part, List<Tensor> arrays, int @Nullable [] labels) {
    return new ArraySource(name, List.copyOf(part.images().keySet()), arrays, labels);
  }
}
