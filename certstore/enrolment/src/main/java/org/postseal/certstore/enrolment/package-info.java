/**
 * Gets certificates for our own users from authorities, and renews them. An {@link EnrolmentPass} finds out who needs
 * one, keeps an order for each, asks the {@link EnrolmentAuthority} and judges what comes back. Nothing that an
 * authority does takes a key away that is in use.
 */
@NullMarked
package org.postseal.certstore.enrolment;

import org.jspecify.annotations.NullMarked;
