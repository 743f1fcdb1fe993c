package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/audit-words.md} lists the stages whose times a record has, in the order of the road. */
class StageDocsTest {
    @Test
    void everyStageIsDocumented() throws IOException {
        String page = Files.readString(Path.of("../../docs/audit-words.md"));
        String table = page.substring(page.indexOf("\n| stage | is |"));

        assertThat(Pattern.compile("\\| `([a-z]+)` \\|.*")
                        .matcher(table.substring(0, table.indexOf("\n\n", 1)))
                        .results()
                        .map(row -> row.group(1)))
                .containsExactlyElementsOf(Arrays.stream(StageObserver.Stage.values())
                        .map(StageObserver.Stage::word)
                        .toList());
    }
}
