package fp8sim.common;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. Java offers them through {@code sun.misc.Signal} alone, and
 * javac warns of every use of that name, which no option and no annotation can suppress; hence
 * reflection.
 */
final class Signals {
  private Signals() {}

  /**
   * Handles a signal from now on, unless the system has none of that name or Java is told to leave
   * signals alone ({@code -Xrs}).
   *
   * @param name without {@code SIG}
   */
  static void handle(String name, Runnable handler) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      InvocationHandler calls =
          (proxy, method, arguments) -> {
            handler.run();
            return null;
          };
      Class<?>[] interfaces = {handlerType};
      Object listener = Proxy.newProxyInstance(handlerType.getClassLoader(), interfaces, calls);
      Object signal = type.getConstructor(String.class).newInstance(name);
      type.getMethod("handle", type, handlerType).invoke(null, signal, listener);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException)) {
        throw new IllegalStateException(e);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
