package org.postseal.gateway.app.assembly;

import java.util.List;
import java.util.stream.Stream;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.gateway.audit.AuditEvent;

/** Turns changes of the certificate store into events for the audit log. */
final class DirectoryEvents {
    private DirectoryEvents() {}

    static List<AuditEvent> of(List<Change> changes) {
        return changes.stream().map(DirectoryEvents::of).toList();
    }

    private static AuditEvent of(Change change) {
        return new AuditEvent.DirectoryChanged(
                change.act().when(),
                change.act().who(),
                change.action(),
                change.object(),
                change.act().note().isEmpty()
                        ? change.details()
                        : Stream.concat(
                                        change.details().stream(),
                                        Stream.of("note: " + change.act().note()))
                                .toList());
    }
}
