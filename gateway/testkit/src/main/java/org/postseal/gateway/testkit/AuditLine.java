package org.postseal.gateway.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds one line of an audit log, with its values by field name. */
public record AuditLine(Map<?, ?> fields) {
    /** Returns the complete records of a log that may still be written, without the lines of the chain itself. */
    public static List<AuditLine> read(Path log) throws IOException {
        String text = Files.readString(log);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(AuditLine::parse)
                .filter(line -> !line.text("event.action").startsWith("chain-"))
                .toList();
    }

    public boolean is(String action) {
        return text("event.action").equals(action);
    }

    /** Returns a value as text, or {@code -} if the field is missing. */
    public String text(String field) {
        return value(field).map(String::valueOf).orElse("-");
    }

    public Optional<Object> value(String field) {
        return Optional.ofNullable(fields.get(field));
    }

    /** Parses a line as YAML, since every JSON text is also YAML. */
    private static AuditLine parse(String line) {
        return new AuditLine((Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(line));
    }
}
