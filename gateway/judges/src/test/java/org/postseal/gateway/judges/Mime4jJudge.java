package org.postseal.gateway.judges;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
            for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
                if (state == EntityState.T_FIELD && isRoot) {
                    fields.add(new Shown.Field(
                            stream.getField().getName(), stream.getField().getBody()));
                } else if (state == EntityState.T_END_HEADER) {
                    isRoot = false;
                } else if (state == EntityState.T_BODY) {
                    parts.add(new Shown.Part(
                            stream.getBodyDescriptor().getMimeType(),
                            new String(stream.getDecodedInputStream().readAllBytes(), ISO_8859_1)));
                }
            }
        } catch (IOException | MimeException | RuntimeException e) {
            return new Shown(fields, List.of(), parts, Optional.of(e.toString()));
        }
        return new Shown(fields, List.of(), parts, Optional.empty());
    }

    @Override
    public void close() {}
}
