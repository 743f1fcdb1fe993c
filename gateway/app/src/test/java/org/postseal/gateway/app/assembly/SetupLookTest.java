package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.config.Checked;
import org.postseal.policy.yaml.Problem;

class SetupLookTest {
    private static final String DIRECTORY = "directory:\n  database: postseal.db\ntrust: { collections: [partners] }\n";

    @TempDir
    private Path home;

    @Test
    void whoOnlyLooksMakesNoDatabaseAndTheGatewayDoes() throws IOException {
        Path config = DirectoryRoad.write(home, DIRECTORY, 10_026);
        Path database = home.resolve("postseal.db");
        SetupReader setups = new SetupReader(new GatewayAssembly());

        Checked<Setup> looked = setups.look(config);
        assertThat(looked.problems())
                .containsExactly(Problem.warning(
                        config.toString(), 5, "directory.database", "there is no database yet: " + database));
        assertThat(looked.value()).isPresent();
        looked.value().orElseThrow().close();
        assertThat(database).doesNotExist();

        setups.read(config).value().orElseThrow().close();
        assertThat(database).exists();
        Checked<Setup> again = setups.look(config);
        again.value().orElseThrow().close();
        assertThat(again.problems())
                .containsExactly(Problem.warning(
                        config.toString(),
                        6,
                        "trust.collections",
                        "there is no collection partners yet: postseal trust import partners"));
    }
}
