package fp8sim.engine;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.Progress;
import fp8sim.common.UserOption;
import fp8sim.kernel.Backend;
import fp8sim.kernel.ProductMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The backends on the class path. */
public final class Backends {
  /** The one that computes constants, and the specification of all others. */
  static final String REFERENCE = "reference";

  /** The one that calibrates for backends that cannot. */
  public static final String CPU = "cpu";

  /** The one that may be missing: it is compiled only where TornadoVM is installed. */
  public static final String TORNADO = "tornado";

  private static final String TORNADO_CLASS = "fp8sim.kernel.tornado.TornadoBackend";

  private Backends() {}

  /**
   * A backend and what the user said about its device.
   *
   * @param device the part after the first colon, empty for the backend's own choice; of the
   *     backend {@code cpu} the name of a {@link ProductMethod}
   */
  public record Choice(Backend backend, String device) {}

  /** All backends, usable or not; {@code tornado} is the last. */
  public static List<Backend> all() {
    List<Backend> backends = new ArrayList<>();
    ServiceLoader.load(Backend.class).forEach(backends::add);
    backends.add(tornado());
    return backends;
  }

  /** Whether this program was built with the backend {@code tornado}. */
  public static boolean isBuiltWithTornado() {
    return !(tornado() instanceof MissingBackend);
  }

  private static Backend tornado() {
    try {
      return Class.forName(TORNADO_CLASS)
          .asSubclass(Backend.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ClassNotFoundException e) {
      return new MissingBackend(
          TORNADO,
          "this fp8sim was built without it; install TornadoVM, set TORNADOVM_HOME and build again"
              + " (docs/gpu.md)");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(TORNADO_CLASS + " cannot be created", e);
    }
  }

  /** As {@link #choose(String)}; what takes long there is told. */
  public static Choice choose(String text, Progress progress) {
    Choice choice = choose(text);
    return new Choice(choice.backend().reporting(progress), choice.device());
  }

  /**
   * The backend the user asked for.
   *
   * @param text a name, possibly with a device: {@code cpu}, {@code tornado:opencl:0}
   * @throws Fp8simException (usage) if there is no such backend, (backend) if it cannot run here
   */
  public static Choice choose(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    List<Backend> backends = all();
    Backend backend =
        backends.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Fp8simException.usage(
                        "%s: there is no such backend; here are %s"
                            .formatted(UserOption.BACKEND.with(text), names(backends))));
    if (!backend.isUsable()) {
      throw new Fp8simException(
          ExitCode.BACKEND, "backend %s: %s".formatted(name, backend.unusableReason()));
    }
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    if (name.equals(CPU)) {
      ProductMethod.parse(rest);
    } else if (colon >= 0 && !name.equals(TORNADO)) {
      throw Fp8simException.usage(
          "%s: %s has no devices to choose from; write %s"
              .formatted(UserOption.BACKEND.with(text), name, UserOption.BACKEND.with(name)));
    }
    return new Choice(backend, rest);
  }

  private static String names(List<Backend> backends) {
    return backends.stream().map(Backend::name).sorted().collect(Collectors.joining(", "));
  }
}
