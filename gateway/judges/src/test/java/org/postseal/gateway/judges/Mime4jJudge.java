package org.postseal.gateway.judges;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;

/** Apache mime4j, which James and others read mail with, as it comes: headers cut at nothing, parts decoded. */
final class Mime4jJudge implements Judge {
    @Override
    public String name() {
        return "mime4j";
    }

    @Override
    public Shown read(byte[] message) {
        List<Shown.Field> fields = new ArrayList<>();
        List<Shown.Part> parts = new ArrayList<>();
        MimeTokenStream stream = new MimeTokenStream(MimeConfig.PERMISSIVE);
        stream.parse(new ByteArrayInputStream(message));
        try {
            boolean isRoot = true;
            StringBuilder label = new StringBuilder();
            for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
                if (state == EntityState.T_START_HEADER) {
                    label.setLength(0);
                } else if (state == EntityState.T_FIELD
                        && LABELS.contains(lower(stream.getField().getName()))) {
                    label.append(stream.getField().getBody()).append(' ');
                }
                if (state == EntityState.T_FIELD && isRoot) {
                    fields.add(new Shown.Field(
                            stream.getField().getName(), stream.getField().getBody()));
                } else if (state == EntityState.T_END_HEADER) {
                    isRoot = false;
                } else if (state == EntityState.T_BODY) {
                    parts.add(new Shown.Part(
                            stream.getBodyDescriptor().getMimeType(),
                            new String(stream.getDecodedInputStream().readAllBytes(), ISO_8859_1),
                            label.toString()));
                }
            }
        } catch (IOException | MimeException | RuntimeException e) {
            return new Shown(fields, List.of(), Optional.empty(), parts, Optional.of(e.toString()));
        }
        return new Shown(fields, List.of(), Optional.empty(), parts, Optional.empty());
    }

    private static String lower(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {}

    /** It is a tokenizer, and leaves the reading of these fields to the programs that use it. */
    private static final Set<String> LABELS = Set.of("content-disposition", "content-description");
}
