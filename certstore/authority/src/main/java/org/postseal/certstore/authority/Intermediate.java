package org.postseal.certstore.authority;

import org.postseal.certstore.MailCertificate;

/**
 * An intermediate of an authority. The first one has the file names of {@link CaSettings}; later ones have their number
 * in the names. The lists and certificates of earlier ones are fetched for as long as what they issued is valid.
 *
 * @param number 1 for the first
 */
public record Intermediate(int number, MailCertificate certificate) {
    /** Returns the name of its revocation list in {@code public/}. */
    public String list() {
        return name(number, CaSettings.ISSUING_LIST);
    }

    /** Returns the name of its certificate in {@code public/}. */
    public String published() {
        return name(number, CaSettings.ISSUING_CERTIFICATE);
    }

    /**
     * Returns the name of a file for the intermediate with this number, such as {@code issuing-2.crl}; {@code file} is
     * the name for the first.
     */
    static String name(int number, String file) {
        int dot = file.lastIndexOf('.');
        return number == 1 ? file : file.substring(0, dot) + "-" + number + file.substring(dot);
    }
}
