package org.postseal.gateway.admin.cli.support;

import org.postseal.certstore.MailAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an address, with or without angle brackets. */
public final class AddressConverter implements ITypeConverter<MailAddress> {
    @Override
    public MailAddress convert(String text) {
        boolean bracketed = text.length() > 2 && text.startsWith("<") && text.endsWith(">");
        return MailAddress.parse(bracketed ? text.substring(1, text.length() - 1) : text)
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is not a mail address"));
    }
}
