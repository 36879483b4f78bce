package fp8sim.engine;

import fp8sim.ExitCode;
import fp8sim.Fp8simException;
import fp8sim.kernel.Backend;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The backends on the class path. */
public final class Backends {
  /** The one that computes constants, and the specification of all others. */
  static final String REFERENCE = "reference";

  private Backends() {}

  /**
   * A backend and what the user said about its device.
   *
   * @param device the part after the first colon, empty for the backend's own choice
   */
  public record Choice(Backend backend, String device) {}

  public static List<Backend> all() {
    return ServiceLoader.load(Backend.class).stream().map(ServiceLoader.Provider::get).toList();
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
                        "--backend %s: there is no such backend; here are %s"
                            .formatted(text, names(backends))));
    if (!backend.isUsable()) {
      throw new Fp8simException(
          ExitCode.BACKEND, "backend %s: %s".formatted(name, backend.unusableReason()));
    }
    return new Choice(backend, colon < 0 ? "" : text.substring(colon + 1));
  }

  private static String names(List<Backend> backends) {
    return backends.stream().map(Backend::name).sorted().collect(Collectors.joining(", "));
  }
}
