package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.io.Writer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The classes of a user's Java file, compiled in memory. */
final class UserClass {
  private static final int MAX_SHOWN_ERRORS = 5;

  private final Path file;
  private final List<Class<?>> classes;

  private UserClass(Path file, List<Class<?>> classes) {
    this.file = file;
    this.classes = classes;
  }

  /** Compiles the text of a file; errors are shown with their lines. */
  static UserClass compile(Path file, String text) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw Fp8simException.usage(
          "multiplier source " + file + " needs a Java compiler: run fp8sim with a JDK, not a JRE");
    }
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    try (ClassesInMemory output =
        new ClassesInMemory(compiler.getStandardFileManager(diagnostics, null, null))) {
      JavaFileObject source = ClassesInMemory.source(file, text);
      List<String> options = List.of("-proc:none", "-Xlint:none");
      boolean compiled =
          compiler
              .getTask(Writer.nullWriter(), output, diagnostics, options, null, List.of(source))
              .call();
      if (!compiled) {
        throw Fp8simException.input("multiplier source " + errors(file, diagnostics));
      }
      return new UserClass(file, load(output));
    } catch (IOException | ClassNotFoundException e) {
      throw Fp8simException.input("cannot compile multiplier source " + file + ": " + e, e);
    }
  }

  private static String errors(Path file, DiagnosticCollector<JavaFileObject> diagnostics) {
    return diagnostics.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .limit(MAX_SHOWN_ERRORS)
        .map(diagnostic -> file + ":" + diagnostic.getLineNumber() + ": " + oneLine(diagnostic))
        .collect(Collectors.joining("; "));
  }

  private static String oneLine(Diagnostic<?> diagnostic) {
    return diagnostic.getMessage(null).strip().replaceAll("\\s+", " ");
  }

  private static List<Class<?>> load(ClassesInMemory output) throws ClassNotFoundException {
    ClassLoader loader = output.loader(UserClass.class.getClassLoader());
    List<Class<?>> classes = new ArrayList<>();
    for (String name : output.names()) {
      classes.add(Class.forName(name, false, loader));
    }
    return classes;
  }

  /** A method of two operands and a result of one type; null if no class has it. */
  @Nullable MethodHandle find(String name, Class<?> type) {
    for (Class<?> candidate : classes) {
      for (Method method : candidate.getDeclaredMethods()) {
        boolean matches =
            method.getName().equals(name)
                && method.getReturnType() == type
                && List.of(method.getParameterTypes()).equals(List.of(type, type));
        if (matches) {
          return handle(candidate, method);
        }
      }
    }
    return null;
  }

  private MethodHandle handle(Class<?> owner, Method method) {
    try {
      method.setAccessible(true);
      MethodHandle handle = MethodHandles.lookup().unreflect(method);
      if (Modifier.isStatic(method.getModifiers())) {
        return handle;
      }
      Constructor<?> constructor = owner.getDeclaredConstructor();
      constructor.setAccessible(true);
      return handle.bindTo(constructor.newInstance());
    } catch (ReflectiveOperationException e) {
      throw Fp8simException.input(
          "multiplier source "
              + file
              + ": "
              + owner.getName()
              + " needs a constructor without arguments, or a static multiply",
          e);
    }
  }
}
