package fp8sim.cli.command;

import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.ExitCode;
import java.io.IOException;
import java.util.List;

/** {@code devices}: what networks can run on here, and what is missing. */
public final class DevicesCommand implements Command {
  @Override
  public String name() {
    return "devices";
  }

  @Override
  public String summary() {
    return "what networks can run on here, and what is missing";
  }

  @Override
  public List<OptionSection> options() {
    return List.of();
  }

  @Override
  public List<String> examples() {
    return List.of("fp8sim devices");
  }

  @Override
  public ExitCode run(Invocation invocation) throws IOException, InterruptedException {
    DeviceListing listing = DeviceListing.ofThisMachine();
    invocation.out().print(listing.text());
    invocation.result().put("devices", listing.json());
    return ExitCode.SUCCESS;
  }
}
