package org.postseal.gateway.smime;

/**
 * Counts the objects of a BER encoding while its octets pass by, before a parser has made anything of them. It knows
 * headers only: the octets of a primitive are skipped, a constructed one is followed by its parts, and the end of an
 * indefinite length is an object without octets. Not thread-safe.
 */
final class ObjectCount {
    private enum Next {
        TAG,
        LONG_TAG,
        LENGTH,
        LONG_LENGTH
    }

    private long left;
    private Next next = Next.TAG;
    private boolean isConstructed;
    private int lengthOctets;
    private long length;
    private long toSkip;

    ObjectCount(long limit) {
        this.left = limit;
    }

    void allow(long more) {
        left += more;
    }

    /**
     * Follows these octets.
     *
     * @param isCounted whether objects that begin in them count; those of content do not
     */
    void take(byte[] octets, int offset, int count, boolean isCounted) throws CmsLimitException {
        for (int i = offset; i < offset + count; i++) {
            if (toSkip > 0) {
                long skipped = Math.min(toSkip, (long) offset + count - i);
                toSkip -= skipped;
                i += Math.toIntExact(skipped) - 1;
            } else {
                take(octets[i] & 0xFF, isCounted);
            }
        }
    }

    void take(int octet, boolean isCounted) throws CmsLimitException {
        if (toSkip > 0) {
            toSkip--;
            return;
        }
        switch (next) {
            case TAG -> {
                left -= isCounted ? 1 : 0;
                if (left < 0) {
                    throw new CmsLimitException("objects of the CMS object");
                }
                isConstructed = (octet & 0x20) != 0;
                next = (octet & 0x1F) == 0x1F ? Next.LONG_TAG : Next.LENGTH;
            }
            case LONG_TAG -> next = (octet & 0x80) != 0 ? Next.LONG_TAG : Next.LENGTH;
            case LENGTH -> {
                length = 0;
                lengthOctets = octet & 0x7F;
                if (octet < 0x80) {
                    end(octet);
                } else if (lengthOctets == 0) {
                    end(0);
                } else {
                    next = Next.LONG_LENGTH;
                }
            }
            case LONG_LENGTH -> {
                // The parser refuses a length that is too long.
                length = Math.min((length << 8) | octet, Integer.MAX_VALUE);
                lengthOctets--;
                if (lengthOctets == 0) {
                    end(length);
                }
            }
        }
    }

    private void end(long octets) {
        next = Next.TAG;
        toSkip = isConstructed ? 0 : octets;
    }
}
