package org.postseal.policy.facts;

/** Why a ciphertext that came with a message may not really be one, or may leave something readable beside it. */
public enum EncryptionDoubt {
    STRUCTURE("mail programs may read its MIME structure in different ways"),
    SURROUNDED("something readable stands around it"),
    MALFORMED("its CMS object is not written as RFC 5652 and RFC 5083 have it"),
    LIMIT_EXCEEDED("its CMS object is over the limits"),
    NO_PUBLIC_KEY("not all of its RecipientInfos are for a public key, or there is none"),
    ATTRIBUTES("it has attributes or originator information that anybody can read"),
    CIPHER_UNKNOWN("its cipher is not known"),
    CONTENT_LENGTH("its content is missing or not as long as its cipher makes it"),
    CONTENT_READABLE("its content reads as text or as a file that is not encrypted"),
    CONTENT_NOT_SPREAD("the octets of its content are not spread as those of a ciphertext");

    private final String text;

    EncryptionDoubt(String text) {
        this.text = text;
    }

    /** Returns the text for people, which follows "the sender's encryption is doubtful:". */
    public String text() {
        return text;
    }
}
