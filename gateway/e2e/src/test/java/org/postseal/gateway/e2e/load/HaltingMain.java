package org.postseal.gateway.e2e.load;

import java.nio.file.Files;
import java.nio.file.Path;
import org.postseal.gateway.admin.Main;
import org.postseal.gateway.smtp.FailPointsForTests;

/** The gateway, which ends as by SIGKILL at the point that is named in a file; while there is no such file it runs. The file goes with it, so that the next start runs. */
public final class HaltingMain {
    private HaltingMain() {}

    /** As {@link Main}; the system property {@code halt.at} is the file. */
    public static void main(String[] arguments) {
        Path file = Path.of(System.getProperty("halt.at"));
        FailPointsForTests.install(point -> {
            if (Files.exists(file.resolveSibling(file.getFileName() + "." + point))) {
                Runtime.getRuntime().halt(137);
            }
        });
        Main.main(arguments);
    }
}
