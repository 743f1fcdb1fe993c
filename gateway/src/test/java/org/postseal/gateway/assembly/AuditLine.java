package org.postseal.gateway.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** One line of an audit log, by the names of its fields. */
record AuditLine(Map<?, ?> fields) {
    static List<AuditLine> read(Path log) throws IOException {
        return Files.readAllLines(log).stream().map(AuditLine::parse).toList();
    }

    boolean is(String action) {
        return text("event.action").equals(action);
    }

    /** Its value as text; {@code -} when it is not there. */
    String text(String field) {
        return value(field).map(String::valueOf).orElse("-");
    }

    Optional<Object> value(String field) {
        return Optional.ofNullable(fields.get(field));
    }

    /** JSON is YAML. */
    private static AuditLine parse(String line) {
        return new AuditLine((Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(line));
    }
}
