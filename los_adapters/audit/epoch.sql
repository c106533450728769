-- The epoch in which rows of the audit trail are written now: their column's default. A restore raises it in the table `installation`,
-- because the new server numbers transactions anew, and rows are sealed in the order of (epoch, transaction, id).
CREATE OR REPLACE FUNCTION los_audit_epoch() RETURNS integer
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT audit_epoch FROM installation);
END $$;
