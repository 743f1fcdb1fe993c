package org.postseal.gateway.admin.cli.support;

import org.postseal.gateway.mail.ReversePath;
import picocli.CommandLine.ITypeConverter;

/** Reads {@code <>}, an address, or an address in angle brackets. */
public final class ReversePathConverter implements ITypeConverter<ReversePath> {
    @Override
    public ReversePath convert(String text) {
        return text.equals("<>")
                ? new ReversePath.NullPath()
                : new ReversePath.Mailbox(new AddressConverter().convert(text));
    }
}
