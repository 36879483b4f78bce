package fp8sim.run;

import fp8sim.common.UserPath;
import fp8sim.data.DatasetDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A dataset as the user named it, with its description. Equal names with equal roots are equal. */
public final class NamedDataset {
  private final String name;
  private final @Nullable Path root;
  private final DatasetDescription description;

  private NamedDataset(String name, @Nullable Path root, DatasetDescription description) {
    this.name = name;
    this.root = root;
    this.description = description;
  }

  /** As {@link DatasetDescription#load}. */
  public static NamedDataset load(String nameOrFile, @Nullable Path root) {
    return new NamedDataset(nameOrFile, root, DatasetDescription.load(nameOrFile, root));
  }

  /** What its JSON file says. */
  public DatasetDescription description() {
    return description;
  }

  /** The file of the description; none if it comes with the program. */
  public List<Path> descriptionFile() {
    Path file = UserPath.of("dataset", name);
    return Files.isRegularFile(file) ? List.of(file) : List.of();
  }

  /** The description's file and the files that are read whole with the data. */
  public List<Path> files() {
    List<Path> files = new ArrayList<>(descriptionFile());
    files.addAll(description.files());
    return files;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NamedDataset that
        && name.equals(that.name)
        && Objects.equals(root, that.root);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, root);
  }

  @Override
  public String toString() {
    return root == null ? name : name + " in " + root;
  }
}
