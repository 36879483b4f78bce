package fp8sim.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the mutant of a seed to a file, runs it here, and says what became of it. */
public final class OneMutant {
  private OneMutant() {}

  /** Takes the seed, and the file for the model. */
  public static void main(String[] words) throws IOException {
    Trial trial =
        new Trial(Corpus.load(Files.createTempDirectory("fp8sim-fuzz")), Long.parseLong(words[0]));
    Files.write(Path.of(words[1]), trial.model());
    System.out.println(trial.describe());
    System.out.println(trial.run());
  }
}
