"""Where fire stations, micro fire stations and hydrants should stand, and how good the answer provably is."""
