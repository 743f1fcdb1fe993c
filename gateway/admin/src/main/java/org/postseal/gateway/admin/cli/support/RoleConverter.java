package org.postseal.gateway.admin.cli.support;

import java.util.List;
import org.postseal.gateway.mail.Peer;
import picocli.CommandLine.ITypeConverter;

/** Reads {@code submission} or {@code inbound}. */
public final class RoleConverter implements ITypeConverter<Peer.Role> {
    @Override
    public Peer.Role convert(String text) {
        return ROLES.convert(text);
    }

    private static final Words<Peer.Role> ROLES = Words.of(List.of(Peer.Role.SUBMISSION, Peer.Role.INBOUND));
}
