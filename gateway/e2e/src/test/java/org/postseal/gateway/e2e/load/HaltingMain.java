package org.postseal.gateway.e2e.load;

import java.nio.file.Files;
import java.nio.file.Path;
import org.postseal.gateway.admin.Main;
import org.postseal.gateway.smtp.FailPointsForTests;

/**
 * The gateway, which ends as by SIGKILL at a point of the road if there is a file {@code FILE.POINT}. Without such a
 * file it runs normally.
 */
public final class HaltingMain {
    private HaltingMain() {}

    /** Runs {@link Main}. The system property {@code halt.at} is the path of FILE. */
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
