package org.postseal.certstore.authority;

import org.postseal.certstore.MailCertificate;

/**
 * An intermediate of an authority. The first has the names that {@link CaSettings} says; later ones have their number in them, since lists and certificates of the earlier ones are fetched for as long as what they issued is valid.
 *
 * @param number 1 for the first
 */
public record Intermediate(int number, MailCertificate certificate) {
    /** Its revocation list, in {@code public/}. */
    public String list() {
        return name(number, CaSettings.ISSUING_LIST);
    }

    /** Its certificate, in {@code public/}. */
    public String published() {
        return name(number, CaSettings.ISSUING_CERTIFICATE);
    }

    /** How {@code file} of the first is called of the one with this number: {@code issuing-2.crl}. */
    static String name(int number, String file) {
        int dot = file.lastIndexOf('.');
        return number == 1 ? file : file.substring(0, dot) + "-" + number + file.substring(dot);
    }
}
