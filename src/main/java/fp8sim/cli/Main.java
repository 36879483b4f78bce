package fp8sim.cli;

import fp8sim.cli.frame.ArgumentParser;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.CommonOptions;
import fp8sim.cli.frame.ConsoleProgress;
import fp8sim.cli.frame.DisplayStream;
import fp8sim.cli.frame.Failure;
import fp8sim.cli.frame.HelpText;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OutputOptions;
import fp8sim.cli.frame.Result;
import fp8sim.cli.frame.Suggestions;
import fp8sim.cli.option.RuntimeOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.Interruption;
import fp8sim.common.JsonFile;
import fp8sim.common.Progress;
import fp8sim.common.Versions;
import fp8sim.launch.JvmCommand;
import fp8sim.launch.ParentWatch;
import fp8sim.launch.TornadoProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The program: finds the command, runs it, and turns what happens into an exit code. */
public final class Main {
  private final List<Command> commands;
  private final PrintStream out;
  private final PrintStream err;
  private final Progress progress;

  Main(List<Command> commands, PrintStream out, PrintStream err, Progress progress) {
    this.commands = commands;
    this.out = new DisplayStream(out);
    this.err = new DisplayStream(err);
    this.progress = progress;
  }

  public static void main(String[] words) {
    Interruption.watch();
    // Numbers and texts are the same on every machine, whatever its language.
    Locale.setDefault(Locale.ROOT);
    ParentWatch.start();
    Progress progress = new ConsoleProgress(System.err, ConsoleProgress.errorIsTerminal());
    Main main = new Main(Commands.ALL, System.out, System.err, progress);
    String[] given = Boolean.getBoolean(JvmCommand.ENCODED_WORDS) ? decoded(words) : words;
    Interruption.finish(main.run(given).code());
  }

  private static String[] decoded(String[] words) {
    return Arrays.stream(words)
        .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
        .toArray(String[]::new);
  }

  /** Runs one command line; never throws. */
  ExitCode run(String... words) {
    try {
      ExitCode exitCode = dispatch(words);
      if (out.checkError()) {
        throw new Fp8simException(ExitCode.OUTPUT, "standard output cannot be written");
      }
      return exitCode;
    } catch (Throwable problem) {
      return report(problem, Arrays.asList(words).contains("--stack-trace"));
    }
  }

  private ExitCode dispatch(String[] words) throws IOException, InterruptedException {
    if (words.length == 0) {
      err.print(HelpText.overview(commands));
      return ExitCode.USAGE;
    }
    String first = words[0];
    switch (first) {
      case "--help", "-h", "help" -> out.print(help(words));
      case "--version", "version" -> out.println("fp8sim " + Versions.FP8SIM);
      default -> {
        return run(find(first), Arrays.copyOfRange(words, 1, words.length));
      }
    }
    return ExitCode.SUCCESS;
  }

  private String help(String[] words) {
    return words.length > 1 ? HelpText.of(find(words[1])) : HelpText.overview(commands);
  }

  private ExitCode run(Command command, String[] words) throws IOException, InterruptedException {
    Result result = new Result();
    Arguments arguments = new ArgumentParser(command, Commands.ALL).parse(words);
    if (arguments.has(CommonOptions.HELP.name())) {
      out.print(HelpText.of(command));
      return ExitCode.SUCCESS;
    }
    if (RuntimeOptions.isTornado(arguments) && TornadoProcess.isNeeded()) {
      String backend = arguments.get(RuntimeOptions.BACKEND.name());
      return TornadoProcess.create().run(backend, prepend(command.name(), words));
    }
    RuntimeOptions.limitMemory(arguments);
    RuntimeOptions.settleFloatMath(arguments);
    OutputOptions.check(arguments);
    PrintStream text = OutputOptions.takeStandardOutput(arguments) ? err : out;
    ExitCode exitCode = command.run(new Invocation(arguments, text, err, progress, result));
    Optional<Path> json = arguments.findPath(CommonOptions.JSON.name());
    json.ifPresent(file -> JsonFile.write(file, result.toJson(command.name(), arguments, file)));
    return exitCode;
  }

  private static List<String> prepend(String first, String[] rest) {
    return Stream.concat(Stream.of(first), Arrays.stream(rest)).toList();
  }

  private Command find(String name) {
    List<String> names = commands.stream().map(Command::name).toList();
    return commands.stream()
        .filter(command -> command.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Fp8simException.usage(
                    "unknown command '"
                        + name
                        + "'"
                        + Suggestions.didYouMean(name, names, "")
                        + "; see fp8sim --help"));
  }

  private ExitCode report(Throwable problem, boolean stackTrace) {
    Failure failure = Failure.of(problem);
    err.println("fp8sim: " + failure.message());
    if (stackTrace) {
      problem.printStackTrace(err);
    }
    return failure.exitCode();
  }
}
