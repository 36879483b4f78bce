package fp8sim;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Nobody reads a call with many arguments. Reads the sources of the program and of the backend that
 * is only compiled where TornadoVM is installed.
 */
class ParameterCountTest {
  private static final int MOST = 7;

  private static final String ADDRESSES =
      "a micro-kernel, called once for each tile: addresses, strides and counts are in registers";
  private static final String DEVICE =
      "runs on a device, where there are no objects but TornadoVM's arrays";

  /** The classes that may have more, and why. */
  private static final Map<String, String> MICRO_KERNELS =
      Map.ofEntries(
          entry("GemmTile", ADDRESSES),
          entry("FloatGemmTile", ADDRESSES),
          entry("IndirectTile", ADDRESSES),
          entry("FloatIndirectTile", ADDRESSES),
          entry("DoubleSelectingGemmTile", ADDRESSES),
          entry("DoubleSelectingIndirectTile", ADDRESSES),
          entry("FloatSelectingGemmTile", ADDRESSES),
          entry("FloatSelectingIndirectTile", ADDRESSES),
          entry("IntegerSelectingGemmTile", ADDRESSES),
          entry("IntegerSelectingIndirectTile", ADDRESSES),
          entry("WideGemmTile", ADDRESSES),
          entry("BlockedGemmTile", ADDRESSES),
          entry("BlockRounding", ADDRESSES),
          entry("WideIndirectTile", ADDRESSES),
          entry("WindowRows", ADDRESSES),
          entry("FloatWindowRows", ADDRESSES),
          entry("RowRounding", ADDRESSES),
          entry("ByteLookups", ADDRESSES),
          entry("AccumulatorKernel", DEVICE),
          entry("DeviceEpilogue", DEVICE),
          entry("GemmKernel", DEVICE),
          entry("GroupedProductKernel", DEVICE),
          entry("ProductKernel", DEVICE));

  /**
   * A declaration that takes too many parameters.
   *
   * @param type the outermost class that it is in
   */
  private record Finding(String type, String name, int parameters) {
    @Override
    public String toString() {
      return "%s.%s has %d".formatted(type, name, parameters);
    }
  }

  private static List<Finding> findings = List.of();

  @BeforeAll
  static void readSources() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Finding> all = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of(), null, files.getJavaFileObjectsFromPaths(sources()));
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(all).scan(unit, null);
      }
    }
    findings = List.copyOf(all);
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String root : List.of("src/main/java", "src/tornado/java")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        List<Path> found = files.filter(file -> file.toString().endsWith(".java")).toList();
        assertThat(found).as(root).isNotEmpty();
        sources.addAll(found);
      }
    }
    return sources;
  }

  @Test
  void noneButMicroKernelsTakeMoreThanSevenParameters() {
    assertThat(findings)
        .filteredOn(finding -> !MICRO_KERNELS.containsKey(finding.type()))
        .as("more than %d parameters: group those that belong together", MOST)
        .isEmpty();
  }

  @Test
  void everyListedMicroKernelNeedsToBeListed() {
    Set<String> types =
        findings.stream().map(Finding::type).collect(Collectors.toCollection(TreeSet::new));
    assertThat(types).containsAll(MICRO_KERNELS.keySet());
  }

  private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final List<Finding> findings;
    private String outermost = "";

    Scanner(List<Finding> findings) {
      this.findings = findings;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
      String around = outermost;
      String name = type.getSimpleName().toString();
      outermost = around.isEmpty() ? name : around;
      if (type.getKind() == Tree.Kind.RECORD) {
        add(name, type.getMembers().stream().filter(Scanner::isComponent).count());
      }
      super.visitClass(type, null);
      outermost = around;
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      add(method.getName().toString(), method.getParameters().size());
      return super.visitMethod(method, null);
    }

    /** Records have no other fields but static ones. */
    private static boolean isComponent(Tree member) {
      return member instanceof VariableTree field
          && !field.getModifiers().getFlags().contains(Modifier.STATIC);
    }

    private void add(String name, long parameters) {
      if (parameters > MOST) {
        findings.add(new Finding(outermost, name, (int) parameters));
      }
    }
  }
}
