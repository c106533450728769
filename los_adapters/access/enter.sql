-- The door to a brand, called first in every authenticated transaction or read. Reviewed: it reads sessions, staff and brands as their owner, so it
-- takes ids only, returns a word only, and pins its search path.
--   ok               session and epoch hold, and the brand (if one was named) may be entered: los.brand is set for this transaction
--   unauthenticated  no such session, revoked, expired, or the person's permissions changed since the token was issued
--   not_found        the brand is unknown, inactive for this audience, or not the caller's: indistinguishable on purpose
CREATE OR REPLACE FUNCTION los_enter(p_session uuid, p_brand uuid, p_epoch integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    s sessions%ROWTYPE;
    allowed boolean;
BEGIN
    PERFORM set_config('los.brand', '', true);
    SELECT * INTO s FROM sessions WHERE id = p_session AND revoked_at IS NULL AND expires_at > clock_timestamp();
    IF NOT FOUND THEN
        RETURN 'unauthenticated';
    END IF;
    IF s.audience = 'partner' THEN
        PERFORM 1 FROM staff WHERE id = s.subject_id AND is_active AND epoch = p_epoch;
        IF NOT FOUND THEN
            RETURN 'unauthenticated';
        END IF;
    END IF;
    IF p_brand IS NULL THEN
        RETURN 'ok';
    END IF;
    IF s.audience = 'web' THEN
        -- A borrower of an inactive brand still reaches her live loans; what she may no longer do is decided by the use cases.
        SELECT s.brand_id = p_brand INTO allowed;
    ELSE
        SELECT EXISTS (
            SELECT 1 FROM staff_brands b JOIN brands d ON d.id = b.brand_id
            WHERE b.staff_id = s.subject_id AND b.brand_id = p_brand AND d.is_active
        ) OR EXISTS (
            SELECT 1 FROM staff f JOIN brands d ON d.id = p_brand WHERE f.id = s.subject_id AND f.is_super_admin AND d.is_active
        ) INTO allowed;
    END IF;
    IF NOT coalesce(allowed, false) THEN
        RETURN 'not_found';
    END IF;
    PERFORM set_config('los.brand', p_brand::text, true);
    RETURN 'ok';
END $$;
REVOKE ALL ON FUNCTION los_enter(uuid, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION los_enter(uuid, uuid, integer) TO los_brand, los_platform;
