package fp8sim.kernel.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The packages of TornadoVM's modules hide packages of the same name on the class path. */
class ModulePathTest {
  @Test
  void modulesHideNoOtherVersionOfALibrary() throws IOException {
    Map<String, String> moduleJars = new HashMap<>();
    for (Module module : ModuleLayer.boot().modules()) {
      jar(module).ifPresent(jar -> module.getPackages().forEach(p -> moduleJars.put(p, jar)));
    }
    assertThat(moduleJars).containsKey("uk.ac.manchester.tornado.api");

    List<String> seen = new ArrayList<>();
    List<String> hidden = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, 0)) {
      Path jar = Path.of(entry);
      if (Files.isRegularFile(jar)) {
        String name = jar.getFileName().toString();
        seen.add(name);
        for (String p : packages(jar)) {
          if (moduleJars.containsKey(p) && !moduleJars.get(p).equals(name)) {
            hidden.add("%s of %s by %s".formatted(p, name, moduleJars.get(p)));
          }
        }
      }
    }
    assertThat(seen).anyMatch(name -> name.startsWith("ejml-"));
    assertThat(hidden).isEmpty();
  }

  /** The name of a module's jar, if it is none of Java's own. */
  private static Optional<String> jar(Module module) {
    return ModuleLayer.boot()
        .configuration()
        .findModule(module.getName())
        .flatMap(resolved -> resolved.reference().location())
        .map(URI::getPath)
        .filter(path -> path != null && path.endsWith(".jar"))
        .map(path -> Path.of(path).getFileName().toString());
  }

  private static Set<String> packages(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && name.contains("/"))
          .map(name -> name.substring(0, name.lastIndexOf('/')).replace('/', '.'))
          .collect(Collectors.toSet());
    }
  }
}
