package fp8sim.experiment;

import fp8sim.common.Progress;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Where a sweep tells what happens while it runs.
 *
 * @param notes what the user should know about networks and data, a line each
 * @param log of points that are finished already or fail, a line each
 * @param message makes one line of what a point throws
 * @param progress counts images
 */
public record SweepMonitor(
    Consumer<String> notes,
    Consumer<String> log,
    Function<Throwable, String> message,
    Progress progress) {}
